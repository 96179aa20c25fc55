import type { HeaderSpec, Operation, Pointer, ResponseSpec } from '../../spec/api.ts'
import { inferredAt } from '../../spec/inferred.ts'
import { isObject, pointerTo, tokensOf } from '../../spec/pointer.ts'
import type { Context } from '../cases/context.ts'
import { whyStatus } from '../cases/request-case.ts'
import { jsonOf } from '../checks/answer.ts'
import type { Applied } from '../schema/schemas.ts'
import type { Answer, Exchanged } from '../transport.ts'
import type { Correspondence } from './correspondence.ts'
import type { Step } from './step.ts'

/** One thing in which the target answers otherwise than the mock. */
export interface Contrast {
  readonly pointer: Pointer
  /** Without values that change from walk to walk. */
  readonly message: string
  readonly expected: string
  readonly got: string
  readonly why: string | undefined
  readonly place: Place
}

/** Where in the answer it is, for the script that looks for it again. */
export type Place =
  | { readonly kind: 'status' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body'; readonly at: string; readonly change: 'missing' | 'extra' | 'value' | 'length' }

/** Compares the answers of both servers to one step, beyond ids, times and entity tags. */
export function contrastsOf(
  context: Context,
  step: Step,
  mock: Exchanged,
  target: Exchanged,
  same: Correspondence,
): Contrast[] {
  const [ours, theirs] = [mock.outcome, target.outcome]
  if (ours.kind === 'no-answer') return []
  const { operation } = step
  if (theirs.kind === 'no-answer') {
    const message = `no answer (${theirs.code}); the mock answers ${ours.status}`
    return [
      {
        pointer: operation.pointer,
        message,
        expected: String(ours.status),
        got: theirs.message,
        why: undefined,
        place: { kind: 'status' },
      },
    ]
  }
  if (ours.status !== theirs.status) return [statusContrast(context, step, ours, theirs)]
  const key = declaredKey(operation, ours.status)
  const spec = key === undefined ? undefined : operation.responses[key]
  if (key === undefined || !spec || target.sent.method !== operation.method) return []
  const whole: Whole = { context, same, operation, spec, key, status: ours.status }
  return [...headerContrasts(whole, ours, theirs), ...bodyContrasts(whole, mock, target)]
}

interface Whole {
  readonly context: Context
  readonly same: Correspondence
  readonly operation: Operation
  readonly spec: ResponseSpec
  /** How the operation names the response: `200`, `4XX` or `default`. */
  readonly key: string
  readonly status: number
}

function declaredKey(operation: Operation, status: number): string | undefined {
  return [String(status), `${String(status)[0]}XX`, `${String(status)[0]}xx`, 'default'].find(
    (each) => each in operation.responses,
  )
}

/** Whether a request is taken or refused is a promise of its own; by which number, another one. */
function statusContrast(context: Context, { operation, why }: Step, ours: Answer, theirs: Answer): Contrast {
  const { document } = context.api
  const key = declaredKey(operation, ours.status)
  const usage = pointerTo(operation.pointer, 'responses', key ?? String(ours.status))
  const place = key === undefined ? usage : (operation.responses[key]?.pointer ?? usage)
  const isSameKind = ours.status < 400 === theirs.status < 400
  const reason = isSameKind
    ? whyStatus(context, operation, String(ours.status))
    : (inferredAt(document, usage) ?? inferredAt(document, place))
  return {
    pointer: key === undefined ? operation.pointer : usage,
    message: `answered with ${theirs.status}; the mock answers ${ours.status}`,
    expected: told(ours),
    got: told(theirs),
    why: theirs.status >= 500 ? undefined : (why ?? reason),
    place: { kind: 'status' },
  }
}

function told({ status, text }: Answer): string {
  const body = text.length > 400 ? `${text.slice(0, 400)}…` : text
  return body === '' ? `${status} without a body` : `${status} ${body}`
}

function headerContrasts(whole: Whole, ours: Answer, theirs: Answer): Contrast[] {
  const entries = Object.entries(whole.spec.headers)
  return entries.flatMap(([name, header]) => {
    const [one, other] = [ours.headers[name], theirs.headers[name]]
    if (one === undefined && other === undefined) return []
    if (one !== undefined && other !== undefined && isSameHeader(whole.same, name, one, other)) return []
    const what =
      other === undefined ? 'is missing' : one === undefined ? 'is there; the mock does not send it' : 'differs'
    return [headerContrast(whole, name, header, what, one, other)]
  })
}

function headerContrast(
  { context, operation, spec, key, status }: Whole,
  name: string,
  header: HeaderSpec,
  what: string,
  one: string | undefined,
  other: string | undefined,
): Contrast {
  const { document } = context.api
  const usage = pointerTo(operation.pointer, 'responses', key)
  return {
    pointer: header.pointer,
    message: `${status}: the header ${name} ${what}`,
    expected: one === undefined ? `no header ${name}` : `${name}: ${one}`,
    got: other === undefined ? `no header ${name}` : `${name}: ${other}`,
    why:
      inferredAt(document, usage) ??
      inferredAt(document, spec.pointer) ??
      header.inferred ??
      inferredAt(document, header.pointer),
    place: { kind: 'header', name },
  }
}

function isSameHeader(same: Correspondence, name: string, one: string, other: string): boolean {
  if (name === 'etag') return tagForm(one) === tagForm(other)
  if (name === 'allow') return sorted(one) === sorted(other)
  // What follows the scheme is wording, such as a realm (RFC 9110, section 11.6.1).
  if (name === 'www-authenticate') return one.split(' ')[0]?.toLowerCase() === other.split(' ')[0]?.toLowerCase()
  if (name === 'location') return same.alike(pathOf(one), pathOf(other), name)
  return !Number.isNaN(Date.parse(one)) && !Number.isNaN(Date.parse(other)) && one.endsWith('GMT')
    ? true
    : same.alike(one, other, name)
}

function tagForm(tag: string): string {
  return tag.replace(/[^"]+(?="?$)/, (inner) => (inner.startsWith('W/') ? 'W/' : ''))
}

function sorted(list: string): string {
  return list
    .split(',')
    .map((each) => each.trim())
    .toSorted()
    .join(',')
}

/** An absolute `Location` says the same as a relative one (RFC 9110, section 10.2.2). */
function pathOf(location: string): string {
  return location.replace(/^https?:\/\/[^/]+/, '')
}

function bodyContrasts(whole: Whole, mock: Exchanged, target: Exchanged): Contrast[] {
  const [ours, theirs] = [mock.outcome as Answer, target.outcome as Answer]
  if (ours.text === '' && theirs.text === '') return []
  const [media] = Object.values(whole.spec.content)
  const schema = media?.schema ? pointerTo(media.pointer, 'schema') : undefined
  const [one, other] = [jsonOf(mock), jsonOf(target)]
  const root: Applied[] = []
  const applied =
    schema === undefined
      ? { ours: root, theirs: root }
      : { ours: whole.context.schemas.applied(schema, one), theirs: whole.context.schemas.applied(schema, other) }
  const body: Body = { ...whole, media: media?.pointer ?? whole.spec.pointer, applied }
  if (one === undefined || other === undefined) {
    if (one === other)
      return whole.status >= 400 || whole.same.alike(ours.text, theirs.text, 'body')
        ? []
        : [bodyContrast(body, '', 'value', 'differs', ours.text, theirs.text)]
    return [
      bodyContrast(body, '', 'value', theirs.text === '' ? 'is missing' : 'is of another kind', ours.text, theirs.text),
    ]
  }
  return compared(body, '', one, other)
}

interface Body extends Whole {
  readonly media: Pointer
  readonly applied: { readonly ours: readonly Applied[]; readonly theirs: readonly Applied[] }
}

function compared(body: Body, at: string, one: unknown, other: unknown): Contrast[] {
  if (isObject(one) && isObject(other)) return comparedMembers(body, at, one, other)
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length)
      return [bodyContrast(body, at, 'length', 'has another number of items', one, other)]
    return one.flatMap((item: unknown, index) => compared(body, pointerTo(at, index), item, other[index]))
  }
  return isAlike(body, at, one, other) ? [] : [bodyContrast(body, at, 'value', 'differs', one, other)]
}

function comparedMembers(
  body: Body,
  at: string,
  one: Record<string, unknown>,
  other: Record<string, unknown>,
): Contrast[] {
  const unmatched = Object.keys(other).filter((name) => !Object.hasOwn(one, name))
  return [
    ...Object.entries(one).flatMap(([name, value]) => {
      const place = pointerTo(at, name)
      if (Object.hasOwn(other, name)) return compared(body, place, value, other[name])
      // Members may be named after ids.
      const twin = unmatched.findIndex((each) => body.same.alike(name, each, 'id'))
      const [found] = twin < 0 ? [] : unmatched.splice(twin, 1)
      return found === undefined
        ? [bodyContrast(body, place, 'missing', 'is missing', value, undefined)]
        : compared(body, place, value, other[found])
    }),
    ...unmatched.map((name) =>
      bodyContrast(body, pointerTo(at, name), 'extra', 'is there; the mock does not send it', undefined, other[name]),
    ),
  ]
}

function isAlike(body: Body, at: string, one: unknown, other: unknown): boolean {
  const name = tokensOf(at).findLast((token) => !/^\d+$/.test(token)) ?? ''
  if (typeof one === 'number' && typeof other === 'number') return body.same.alikeNumbers(one, other, name)
  if (typeof one !== 'string' || typeof other !== 'string') return one === other
  if (/^(?:etag|tag|version)$/i.test(name)) return true
  return body.same.alike(one, other, name) || (body.status >= 400 && isWording(body, at))
}

/** The text of a refusal is the server's own where no schema says which it is. */
function isWording({ applied }: Body, at: string): boolean {
  const here = applied.ours.filter((each) => each.at === at)
  return here.every(({ schema }) => ['enum', 'const', 'pattern', 'format'].every((keyword) => !(keyword in schema)))
}

function bodyContrast(
  body: Body,
  at: string,
  change: 'missing' | 'extra' | 'value' | 'length',
  what: string,
  one: unknown,
  other: unknown,
): Contrast {
  const { context, operation, key, spec, media, applied, status } = body
  const { document } = context.api
  const known = change === 'extra' ? applied.theirs : applied.ours
  const speaking = known.findLast((each) => each.at === at) ?? known.findLast((each) => each.at === parentOf(at))
  const usage = pointerTo(operation.pointer, 'responses', key)
  return {
    pointer: speaking?.pointer ?? media,
    message: `${status}: ${at === '' ? 'the body' : at.replaceAll(/\/\d+(?=\/|$)/g, '/*')} ${what}`,
    expected: shown(one, at),
    got: shown(other, at),
    why:
      inferredAt(document, usage) ??
      inferredAt(document, spec.pointer) ??
      inferredAt(document, media) ??
      speaking?.inferred ??
      (speaking && inferredAt(document, speaking.pointer)),
    place: { kind: 'body', at, change },
  }
}

function parentOf(at: string): string {
  return at.slice(0, Math.max(at.lastIndexOf('/'), 0))
}

function shown(value: unknown, at: string): string {
  if (value === undefined) return `no ${tokensOf(at).at(-1) ?? 'body'}`
  const text = typeof value === 'string' && at === '' ? value : JSON.stringify(value)
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
