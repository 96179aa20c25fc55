/** The cookies of a request by name, as they were sent (RFC 6265, 4.2.1); quotes around a value are not part of it. */
export function parseCookies(header: string | readonly string[] | undefined): [string, string][] {
  const text = typeof header === 'string' ? header : (header?.join('; ') ?? '')
  return text.split(';').flatMap((part): [string, string][] => {
    const equals = part.indexOf('=')
    if (equals < 0) return []
    return [[part.slice(0, equals).trim(), part.slice(equals + 1).trim().replaceAll(/^"|"$/g, '')]]
  })
}
