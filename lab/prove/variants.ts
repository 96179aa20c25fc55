import { gzipSync } from 'node:zlib'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from '../../src/openapi/pointer.ts'
import {
  changingAnswers,
  isRefusal,
  jsonIn,
  withHeaders,
  withJson,
  type Behaviour,
  type ProxyAnswer,
} from '../../src/prove/call.ts'
import { writePlainly, type GatewayOptions, type Writer } from '../../src/prove/gateway.ts'
import { refusalsOf, type Material } from '../../src/prove/samples.ts'

/** A server that does everything right in a way of its own: whatever the suite raises about it is a false alarm. */
export interface CorrectVariant {
  readonly name: string
  /** Only these APIs: the page of another says otherwise. */
  readonly apis?: readonly string[]
  /** How it writes to the wire. */
  readonly options?: GatewayOptions
  readonly create?: (material: Material) => Behaviour
  /** How the mock behind it is started. */
  readonly mock?: { readonly seed?: number; readonly records?: number; readonly now?: string }
  /** Whether the mock's control plane is hidden, so that nothing can be set back. */
  readonly hidden?: true
  /** It differs in what a page leaves open: a note tells of it, only a failure is a false alarm. */
  readonly mayBeNoted?: true
}

/** Correct servers that are unlike the mock. */
export const variants: readonly CorrectVariant[] = [
  { name: 'the mock as it is' },
  { name: 'members in another order', create: () => changingAnswers((answer) => rewritten(answer, reversed)) },
  {
    name: 'headers that nobody asked for',
    create: () =>
      changingAnswers((answer) =>
        withHeaders(answer, {
          server: 'nginx',
          'x-request-id': '42',
          'x-powered-by': 'Express',
          'cache-control': 'no-store',
          vary: 'accept-encoding',
          'strict-transport-security': 'max-age=31536000',
        }),
      ),
  },
  { name: 'names of headers in lower case', options: { write: named((name) => name.toLowerCase()) } },
  { name: 'names of headers in upper case', options: { write: named((name) => name.toUpperCase()) } },
  {
    name: 'Location absolute',
    apis: ['polis'],
    create: () =>
      changingAnswers((answer, { request }) => {
        const { location } = answer.headers
        if (location === undefined || !location.startsWith('/')) return undefined
        return withHeaders(answer, { location: `http://${request.headers['host'] ?? ''}${location}` })
      }),
  },
  { name: 'bodies in chunks', options: { write: inChunks } },
  { name: 'bodies in gzip', options: { write: inGzip } },
  { name: 'other ids', mock: { seed: 4711 } },
  { name: 'another time', mock: { now: '2031-07-05T23:59:59.999Z' } },
  { name: 'slow answers', options: { delayMs: 2 } },
  { name: 'the charset spelled otherwise', create: () => typed((type) => `${type};charset="UTF-8"`) },
  // That of plain text is what a page states.
  {
    name: 'no charset',
    create: () => typed((type) => (type === 'text/plain' ? `${type}; charset=utf-8` : type)),
  },
  { name: 'the content type in capitals', apis: ['polis', 'regit'], create: () => typed((type) => type.toUpperCase()) },
  { name: 'blanks in JSON', create: () => changingAnswers((answer) => rewritten(answer, (value) => value, 2)) },
  { name: 'text beyond ASCII escaped', create: () => changingAnswers(escaped) },
  { name: 'connections closed after each answer', options: { write: closing } },
  { name: 'another documented refusal where several fit', create: anotherRefusal },
  { name: 'other words in messages', apis: ['polis'], create: () => changingAnswers(reworded) },
  { name: 'an Allow in another order', create: () => changingAnswers(reordered) },
  { name: 'nothing can be set back', hidden: true },
]

function rewritten(answer: ProxyAnswer, change: (value: unknown) => unknown, indent?: number): ProxyAnswer | undefined {
  const value = jsonIn(answer)
  return value === undefined ? undefined : { ...answer, body: Buffer.from(JSON.stringify(change(value), null, indent)) }
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, each]) => [name, reversed(each)]),
  )
}

function escaped(answer: ProxyAnswer): ProxyAnswer | undefined {
  if (jsonIn(answer) === undefined) return undefined
  const text = answer.body
    .toString()
    .replaceAll(/[^\0-\x7f]/g, (letter) => String.raw`\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return { ...answer, body: Buffer.from(text) }
}

function typed(change: (type: string) => string): Behaviour {
  return changingAnswers((answer) => {
    const type = answer.headers['content-type']
    return type === undefined ? undefined : withHeaders(answer, { 'content-type': change(type.replace(/;.*/, '')) })
  })
}

function named(change: (name: string) => string): Writer {
  return (outgoing, answer, incoming) =>
    writePlainly(
      outgoing,
      {
        ...answer,
        headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [change(name), value])),
      },
      incoming,
    )
}

/** No length, the body in pieces of some bytes that may end in the middle of a letter. */
function inChunks(outgoing: ServerResponse, { status, headers, body }: ProxyAnswer, { method }: IncomingMessage): void {
  outgoing.writeHead(status, { ...headers })
  if (method !== 'HEAD') for (let at = 0; at < body.byteLength; at += 97) outgoing.write(body.subarray(at, at + 97))
  outgoing.end()
}

function inGzip(outgoing: ServerResponse, answer: ProxyAnswer, incoming: IncomingMessage): void {
  const accepts = /\bgzip\b/.test(incoming.headers['accept-encoding'] ?? '')
  if (!accepts || answer.body.byteLength === 0) return writePlainly(outgoing, answer, incoming)
  const zipped = {
    ...withHeaders(answer, { 'content-encoding': 'gzip', vary: 'accept-encoding' }),
    body: gzipSync(answer.body),
  }
  writePlainly(outgoing, zipped, incoming)
}

function closing(outgoing: ServerResponse, answer: ProxyAnswer, incoming: IncomingMessage): void {
  writePlainly(outgoing, withHeaders(answer, { connection: 'close' }), incoming)
}

/** An id that is not even a text may be taken for the id of nothing where the operation declares 404 as well. */
function anotherRefusal(material: Material): Behaviour {
  return changingAnswers((answer, { operation, request }) => {
    if (operation === undefined || answer.status !== 400) return undefined
    const unknown = refusalsOf(material, operation).find((each) => each.answer.status === 404)
    const body = jsonIn(request)
    if (unknown === undefined || !isObject(body)) return undefined
    return ['personId', 'interactionId'].some((name) => typeof body[name] === 'number') ? unknown.answer : undefined
  })
}

/** Messages are free where neither a page nor a ruling gives their words. */
function reworded(answer: ProxyAnswer): ProxyAnswer | undefined {
  const body = jsonIn(answer)
  if (!isRefusal(answer) || !isObject(body) || typeof body['message'] !== 'string') return undefined
  return withJson(answer, { ...body, message: `So nicht: ${body['message']}` })
}

function reordered(answer: ProxyAnswer): ProxyAnswer | undefined {
  const { allow } = answer.headers
  return allow === undefined
    ? undefined
    : withHeaders(answer, {
        allow: allow
          .split(/\s*,\s*/)
          .toReversed()
          .join(','),
      })
}
