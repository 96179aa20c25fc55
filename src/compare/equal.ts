import { pointerTo, tokensOf } from '../openapi/pointer.ts'
import type { Body } from './body-difference.ts'

/** Whether two values say the same, where ids, times and wording are a server's own. */
export function isEqual(body: Body, at: string, one: unknown, other: unknown): boolean {
  const name = tokensOf(at).findLast((token) => !/^\d+$/.test(token)) ?? ''
  if (typeof one === 'number' && typeof other === 'number') return body.same.equalNumbers(one, other, name)
  if (typeof one !== 'string' || typeof other !== 'string') return one === other
  if (/^(?:etag|tag|version)$/i.test(name)) return true
  return body.same.alike(one, other, name) || (body.status >= 400 && isWording(body, at))
}

/** The text of a refusal is the server's own where no schema says which it is. */
function isWording({ applied }: Body, at: string): boolean {
  const here = applied.ours.filter((each) => each.at === at)
  return here.every(({ schema }) => ['enum', 'const', 'pattern', 'format'].every((keyword) => !(keyword in schema)))
}

/** A list of sentences, and how many of them there are, is wording as well. */
export function isOtherWording(body: Body, at: string, one: readonly unknown[], other: readonly unknown[]): boolean {
  const isText = [...one, ...other].every((item) => typeof item === 'string')
  return body.status >= 400 && isText && isWording(body, pointerTo(at, 0))
}
