/**
 * Stands in rendered pages for the address by which the reader came, so that a page is rendered once for all of them.
 * A character of the Private Use Area: it means nothing, and nobody writes it.
 */
export const BASE_URL = '\uE000'

/** Hosts with a name or an address and perhaps a port; nothing that could mean something in HTML, JSON or a shell. */
const plainHost = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/

/** The address of the mock as a client sees it, without a trailing slash; `fallback` where the request names no usable host. */
export function baseUrl(
  request: { readonly protocol: string; readonly host: string; readonly sessionPrefix: string },
  fallback: string,
): string {
  const origin = plainHost.test(request.host) ? `${request.protocol}://${request.host}` : fallback
  return `${origin}${request.sessionPrefix.replaceAll(/[^\w.%~/-]/g, percentEncoded)}`
}

function percentEncoded(character: string): string {
  const code = character.charCodeAt(0)
  return code < 128 ? `%${code.toString(16).toUpperCase().padStart(2, '0')}` : encodeURIComponent(character)
}
