/** Names of properties whose values a server may look up: keys of other things, properties of lists that it keeps. */
const REFERENCE = /(id|key|code|type|kind|status|reason|reference|category|role|currency|country|language|zone)$/i

/** Whether the property at a JSON pointer names something that a server may not know: a made-up value there is no promise. */
export function mayBeLookedUp(at: string): boolean {
  return REFERENCE.test(at.split('/').findLast((token) => !/^\d+$/.test(token)) ?? '')
}
