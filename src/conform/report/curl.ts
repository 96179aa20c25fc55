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

/** A shell script that repeats the exchanges and exits 1 while the last one is answered as it was. */
export function scriptOf(exchanges: readonly Exchanged[], about: string, secrets: Secrets = {}): string {
  const last = exchanges.at(-1)
  const steps = exchanges
    .slice(0, -1)
    .map(({ sent, outcome }) => `# answered ${statusOf(outcome)}\n${curlOf(sent, secrets)} >&2 || true\necho >&2\n`)
  if (!last) return '#!/bin/sh\nexit 0\n'
  const status = last.outcome.kind === 'answer' ? String(last.outcome.status) : '000'
  const command = curlOf(last.sent, secrets).replace('curl -sS -i', `curl -sS -o /dev/stderr -w '%{http_code}'`)
  return [
    '#!/bin/sh',
    ...about.split('\n').map((line) => `# ${line}`),
    'set -u',
    '',
    ...steps,
    `status=$(${command})`,
    `echo "status $status" >&2`,
    `[ "$status" != ${status} ]`,
    '',
  ].join('\n')
}

function statusOf(outcome: Exchanged['outcome']): string {
  return outcome.kind === 'answer' ? String(outcome.status) : outcome.code
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
