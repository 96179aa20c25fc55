import type { HeaderSpec, Operation, Pointer, ResponseSpec } from '../../spec/api.ts'
import { inferredAt } from '../../spec/inferred.ts'
import { parseQuery } from '../../spec/parameter.ts'
import { isObject, pointerTo, tokensOf } from '../../spec/pointer.ts'
import type { Context } from '../cases/context.ts'
import { whyStatus } from '../cases/request-case.ts'
import { attributeOf } from '../cases/resource.ts'
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
type Place =
  | { readonly kind: 'status' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body'; readonly at: string; readonly change: 'missing' | 'extra' | 'value' | 'length' }

export interface Scene {
  readonly context: Context
  readonly same: Correspondence
  /** Whether the target is known to have the rows of the seed. */
  readonly hasOurRows: boolean
}

/** Compares the answers of both servers to one step, beyond ids, times and entity tags. */
export function contrastsOf(scene: Scene, step: Step, mock: Exchanged, target: Exchanged): Contrast[] {
  const { context } = scene
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
  const whole: Whole = { ...scene, operation, spec, key, status: ours.status }
  return [...headerContrasts(whole, ours, theirs), ...bodyContrasts(whole, mock, target)]
}

interface Whole extends Scene {
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
  const body: Body = {
    ...whole,
    query: mock.sent.path.split('?')[1] ?? '',
    media: media?.pointer ?? whole.spec.pointer,
    applied,
  }
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
  readonly query: string
  readonly media: Pointer
  readonly applied: { readonly ours: readonly Applied[]; readonly theirs: readonly Applied[] }
}

function compared(body: Body, at: string, one: unknown, other: unknown): Contrast[] {
  if (isObject(one) && isObject(other)) return comparedMembers(body, at, one, other)
  if (Array.isArray(one) && Array.isArray(other)) return comparedItems(body, at, one, other)
  return isAlike(body, at, one, other) ? [] : [bodyContrast(body, at, 'value', 'differs', one, other)]
}

function comparedItems(body: Body, at: string, one: readonly unknown[], other: readonly unknown[]): Contrast[] {
  if (isOtherWording(body, at, one, other)) return []
  if (one.length !== other.length) return [bodyContrast(body, at, 'length', 'has another number of items', one, other)]
  const twins = one.map((item) => twinOf(body, item, other))
  const matched = one.flatMap((item, index) => {
    const twin = twins[index] ?? -1
    return twin < 0 ? [] : compared(body, pointerTo(at, index), item, other[twin])
  })
  const columns = sortColumns(body.query)
  if (columns.length > 0 && one.every(isObject)) {
    // Rows that are equal by what they are sorted by stand in an order of the server's own.
    const isSorted = columns.every((column) => isSortedAlike(body, column, one, other))
    return isSorted ? matched : [...matched, bodyContrast(body, at, 'value', 'is in another order', one, other)]
  }
  if (twins.every((twin) => twin >= 0)) {
    const isSame = twins.every((twin, index) => twin === index)
    return isSame ? matched : [...matched, bodyContrast(body, at, 'value', 'is in another order', one, other)]
  }
  return one.flatMap((item, index) => compared(body, pointerTo(at, index), item, other[index]))
}

/** Where rows that lack the attribute stand is not said, and other values have another order. */
function isSortedAlike(body: Body, column: string, one: readonly unknown[], other: readonly unknown[]): boolean {
  const valuesOf = (rows: readonly unknown[]): unknown[] =>
    rows.map((row) => attributeOf(row, column)).filter((value) => value !== undefined)
  const [ours, theirs] = [valuesOf(one), valuesOf(other)]
  if (JSON.stringify(ours.map(String).toSorted()) !== JSON.stringify(theirs.map(String).toSorted())) return true
  return ours.every((value, index) => isAlike(body, column, value, theirs[index]))
}

/** Where among the items of the target that one is which has the id of an item of the mock; -1 where no id tells. */
function twinOf({ same }: Body, item: unknown, others: readonly unknown[]): number {
  const id = isObject(item) && typeof item['id'] === 'string' ? same.twinOf(item['id']) : undefined
  return id === undefined ? -1 : others.findIndex((other) => isObject(other) && other['id'] === id)
}

/** The attributes that a query asks to sort by. */
function sortColumns(query: string): string[] {
  const values = parseQuery(query)
    .filter(([name]) => /^(?:sort|order)/i.test(name))
    .flatMap(([, value]) => value.split(','))
  return values
    .map((value) => value.replace(/^[+-]|[: ](?:asc|desc)$/gi, ''))
    .filter((value) => value !== '' && !/^(?:asc|desc)$/i.test(value))
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
      (dependsOnRows(body, at, one, other) ? OTHER_ROWS : undefined) ??
      inferredAt(document, usage) ??
      inferredAt(document, spec.pointer) ??
      inferredAt(document, media) ??
      speaking?.inferred ??
      (speaking && inferredAt(document, speaking.pointer)),
    place: { kind: 'body', at, change },
  }
}

const OTHER_ROWS = 'the value comes from rows of our fixtures, and this server may have other rows'

/** Whether the values are those of rows, or made from them by the server alone, and nobody knows whether the rows are ours. */
function dependsOnRows({ hasOurRows, same, applied }: Body, at: string, one: unknown, other: unknown): boolean {
  if (hasOurRows || one === undefined || other === undefined) return false
  return same.isSeedData(one, other) || applied.ours.some((each) => each.at === at && each.schema['readOnly'] === true)
}

/** A list of sentences, and how many of them there are, is wording as well. */
function isOtherWording(body: Body, at: string, one: readonly unknown[], other: readonly unknown[]): boolean {
  const isText = [...one, ...other].every((item) => typeof item === 'string')
  return body.status >= 400 && isText && isWording(body, pointerTo(at, 0))
}

function parentOf(at: string): string {
  return at.slice(0, Math.max(at.lastIndexOf('/'), 0))
}

function shown(value: unknown, at: string): string {
  if (value === undefined) return `no ${tokensOf(at).at(-1) ?? 'body'}`
  const text = typeof value === 'string' && at === '' ? value : JSON.stringify(value)
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
