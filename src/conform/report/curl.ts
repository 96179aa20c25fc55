import { type Secrets, secretForms } from './secret-forms.ts'
import type { Exchanged } from '../transport/transport.ts'

const TEXT_LIMIT = 64 * 1024

export type { Secrets }

/** A shell command that sends the request once more. Secrets are written as their environment variables. */
export function curlOf(sent: Exchanged['sent'], secrets: Secrets = {}): string {
  const method = sent.method === 'HEAD' ? '--head' : `-X ${sent.method}`
  const headers = sent.headers.map(
    ([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`, secrets)}`,
  )
  const hasType = sent.headers.some(([name]) => name.toLowerCase() === 'content-type')
  const untyped = sent.body !== undefined && !hasType ? ["-H 'content-type:'"] : []
  return [
    'curl -sS -i --path-as-is',
    method,
    quoted(sent.url, secrets),
    ...headers,
    ...untyped,
    ...dataOf(sent.body, secrets),
  ].join(' ')
}

/** Hides every secret in a text that is shown to people, in its usual forms. */
export function masked(text: string, secrets: Secrets): string {
  return secretForms(secrets).reduce((hidden, form) => hidden.replaceAll(form.text, `\${${form.name}}`), text)
}

function dataOf(body: string | Uint8Array | undefined, secrets: Secrets): string[] {
  if (body === undefined) return []
  if (typeof body === 'string' && body.length <= TEXT_LIMIT && !body.includes('\0'))
    return [`--data-binary ${quoted(body, secrets)}`]
  if (body.length > TEXT_LIMIT) return [`--data-binary @- <<EOF # a body of ${Buffer.byteLength(body)} bytes\nEOF`]
  const octal = [...Buffer.from(body as Uint8Array)]
    .map((byte) => String.raw`\0${byte.toString(8).padStart(3, '0')}`)
    .join('')
  return [`--data-binary "$(printf '%b' '${octal}')"`]
}

/** Text in single quotes; a secret inside leaves them for its variable in double quotes. */
function quoted(text: string, secrets: Secrets): string {
  const hidden = secretForms(secrets).reduce(
    (safe, form) => safe.replaceAll(form.text, () => `${OPEN}${form.name}${CLOSE}`),
    text,
  )
  const escaped = hidden.replaceAll("'", String.raw`'\''`)
  return `'${escaped.replaceAll(OPEN, `'"$`).replaceAll(CLOSE, `"'`)}'`
}

/** Stand for the quotes around a variable until the text is escaped; from the private use area, so that no text has them. */
const OPEN = '\uE000'
const CLOSE = '\uE001'
