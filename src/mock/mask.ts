import { isObject } from '../spec/pointer.ts'

const secretHeader = /^(?:authorization|proxy-authorization|cookie|set-cookie|signature|(?:x-)?api-?key)$|token|secret/i
const secretMember = /password|secret|token|api-?key/i
// The repetitions are bounded, so that a text of a mebibyte costs no more than its length.
const secretText = /((?:password|secret|token|api-?key)[\w-]{0,40}["']?\s{0,20}[:=]\s{0,20})(?:"(?:[^"\\]|\\.)*"?|[^\s,;&}\]]+)/gi
const MASK = '***'

/** Header values as text, credentials replaced; a scheme such as `Bearer` stays readable, and so do the mock's own headers out. */
export function maskHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name, value]) => value !== undefined && name !== 'x-mock-session')
  return Object.fromEntries(entries.map(([name, value]) => [name, secretHeader.test(name) ? masked(String(value)) : String(value)]))
}

/** A JSON value with every member whose name sounds like a secret replaced. */
export function maskBody(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskBody)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, secretMember.test(name) && member !== null ? MASK : maskBody(member)]),
  )
}

/** The same for a text that is no JSON but may have been meant as such, or as a form. */
export function maskText(text: string): string {
  return text.replaceAll(secretText, `$1${MASK}`)
}

function masked(value: string): string {
  const scheme = /^(?:Bearer|Basic|Digest) /i.exec(value)?.[0] ?? ''
  return scheme + MASK
}
