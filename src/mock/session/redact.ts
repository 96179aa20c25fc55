import type { Api } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'

const REDACTED = '***'
/** Words in the names of headers, query parameters and properties whose values are nobody's business. */
const secretWords = String.raw`passw(?:or)?d|passphrase|secret|token|api[-_]?key|credential|private[-_]?key|jwt|session[-_]?id|x-auth|cookie`
const secretHeader = new RegExp(`^(?:authorization|proxy-authorization|signature|sig)$|${secretWords}`, 'i')
const secretProperty = new RegExp(`^sig$|^authorization$|${secretWords}`, 'i')
/** A secret in text that is no JSON: `password=…` of a form, `"password": "…` of a body that was cut off. */
const secretInText = new RegExp(`((?:${secretWords}|\\bsig)[\\w-]*["']?\\s*[=:]\\s*["']?)[^"'&\\s,}]+`, 'gi')

/** Replaces secrets in what is shown of a request or an answer. */
export interface Redactor {
  /** Header values as text; a scheme such as `Bearer` stays readable. The mock's own session header is left out. */
  headers(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string>
  /** A raw query. */
  query(query: string): string
  /** A JSON value: every property whose name sounds like a secret, and all below it. */
  json(value: unknown): unknown
  text(text: string): string
}

/** Knows the usual names of secrets, and the headers and query parameters that the specs declare as credentials. */
export function createRedactor(apis: readonly Api[]): Redactor {
  const schemes = apis.flatMap((api) => Object.values(api.securitySchemes))
  const declared = new Set(
    schemes.flatMap((scheme) => (scheme.kind === 'apiKey' ? `${scheme.in} ${scheme.name.toLowerCase()}` : [])),
  )
  const hidesHeader = (name: string): boolean => secretHeader.test(name) || declared.has(`header ${name.toLowerCase()}`)
  const hidesQuery = (name: string): boolean => isSecretProperty(name) || declared.has(`query ${name.toLowerCase()}`)
  return {
    headers: (headers) => {
      const shown = Object.entries(headers).filter(([name, value]) => value !== undefined && name !== 'x-mock-session')
      return Object.fromEntries(
        shown.map(([name, value]) => [name, hidesHeader(name) ? redactedCredential(String(value)) : String(value)]),
      )
    },
    query: (query) =>
      query
        .split('&')
        .map((pair) => {
          const [name = ''] = pair.split('=', 1)
          return pair.includes('=') && hidesQuery(decoded(name)) ? `${name}=${REDACTED}` : pair
        })
        .join('&'),
    json: (value) => redactJson(value),
    text: (text) => text.replaceAll(secretInText, `$1${REDACTED}`),
  }
}

/** Whether a property of this name is not to be shown. */
export function isSecretProperty(name: string): boolean {
  return secretProperty.test(name)
}

function redactJson(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((item) => redactJson(item, isSecret))
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, redactJson(member, isSecret || isSecretProperty(name))]),
    )
  return isSecret && value !== null ? REDACTED : value
}

function redactedCredential(value: string): string {
  const scheme = /^(?:Bearer|Basic|Digest) /i.exec(value)?.[0] ?? ''
  return scheme + REDACTED
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
