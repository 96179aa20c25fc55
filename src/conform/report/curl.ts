import type { Exchanged } from '../transport/transport.ts'

const TEXT_LIMIT = 64 * 1024

/** Secrets by the name of the environment variable that holds each. */
export type Secrets = Readonly<Record<string, string>>

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

/** Hides every secret in a text that is shown to people. */
export function masked(text: string, secrets: Secrets): string {
  return Object.entries(secrets).reduce(
    (hidden, [name, value]) => (value === '' ? hidden : hidden.replaceAll(value, `\${${name}}`)),
    text,
  )
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
  const escaped = text.replaceAll("'", String.raw`'\''`)
  const hidden = Object.entries(secrets).reduce(
    (safe, [name, value]) => (value === '' ? safe : safe.replaceAll(value, `'"$${name}"'`)),
    escaped,
  )
  return `'${hidden}'`
}
