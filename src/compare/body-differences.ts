import { isObject, pointerTo } from '../openapi/pointer.ts'
import { jsonOf } from '../conform/checks/json-of.ts'
import type { Applied } from '../openapi/walk.ts'
import type { Answer, Exchanged } from '../conform/transport/transport.ts'
import { isEqual, isOtherWording } from './equal.ts'
import { bodyDifference, type Body } from './body-difference.ts'
import type { Difference, Whole } from './difference.ts'
import { isSortedEqually, sortColumns, counterpartOf } from './row-order.ts'

/** What differs between the bodies, place by place. */
export function bodyDifferences(whole: Whole, mock: Exchanged, target: Exchanged): Difference[] {
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
        : [bodyDifference(body, '', 'value', 'differs', ours.text, theirs.text)]
    return [
      bodyDifference(
        body,
        '',
        'value',
        theirs.text === '' ? 'is missing' : 'is of another kind',
        ours.text,
        theirs.text,
      ),
    ]
  }
  return compared(body, '', one, other)
}

function compared(body: Body, at: string, one: unknown, other: unknown): Difference[] {
  if (isObject(one) && isObject(other)) return comparedMembers(body, at, one, other)
  if (Array.isArray(one) && Array.isArray(other)) return comparedItems(body, at, one, other)
  return isEqual(body, at, one, other) ? [] : [bodyDifference(body, at, 'value', 'differs', one, other)]
}

function comparedItems(body: Body, at: string, one: readonly unknown[], other: readonly unknown[]): Difference[] {
  if (isOtherWording(body, at, one, other)) return []
  if (one.length !== other.length)
    return [bodyDifference(body, at, 'length', 'has another number of items', one, other)]
  const counterparts = one.map((item) => counterpartOf(body, item, other))
  const matched = one.flatMap((item, index) => {
    const counterpart = counterparts[index] ?? -1
    return counterpart < 0 ? [] : compared(body, pointerTo(at, index), item, other[counterpart])
  })
  const columns = sortColumns(body.query)
  if (columns.length > 0 && one.every(isObject)) {
    // Rows that are equal by what they are sorted by stand in an order of the server's own.
    const isSorted = columns.every((column) => isSortedEqually(body, column, one, other))
    return isSorted ? matched : [...matched, bodyDifference(body, at, 'value', 'is in another order', one, other)]
  }
  if (counterparts.every((counterpart) => counterpart >= 0)) {
    const isSame = counterparts.every((counterpart, index) => counterpart === index)
    return isSame ? matched : [...matched, bodyDifference(body, at, 'value', 'is in another order', one, other)]
  }
  return one.flatMap((item, index) => compared(body, pointerTo(at, index), item, other[index]))
}

function comparedMembers(
  body: Body,
  at: string,
  one: Record<string, unknown>,
  other: Record<string, unknown>,
): Difference[] {
  const unmatched = Object.keys(other).filter((name) => !Object.hasOwn(one, name))
  return [
    ...Object.entries(one).flatMap(([name, value]) => {
      const place = pointerTo(at, name)
      if (Object.hasOwn(other, name)) return compared(body, place, value, other[name])
      // Members may be named after ids.
      const counterpart = unmatched.findIndex((each) => body.same.alike(name, each, 'id'))
      const [found] = counterpart < 0 ? [] : unmatched.splice(counterpart, 1)
      return found === undefined
        ? [bodyDifference(body, place, 'missing', 'is missing', value, undefined)]
        : compared(body, place, value, other[found])
    }),
    ...unmatched.map((name) =>
      bodyDifference(body, pointerTo(at, name), 'extra', 'is there; the mock does not send it', undefined, other[name]),
    ),
  ]
}
