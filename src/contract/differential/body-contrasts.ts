import { isObject, pointerTo } from '../../spec/pointer.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Applied } from '../schema/schemas.ts'
import type { Answer, Exchanged } from '../transport.ts'
import { isAlike, isOtherWording } from './alike.ts'
import { bodyContrast, type Body } from './body-contrast.ts'
import type { Contrast, Whole } from './contrast.ts'
import { isSortedAlike, sortColumns, twinOf } from './row-order.ts'

/** What differs between the bodies, place by place. */
export function bodyContrasts(whole: Whole, mock: Exchanged, target: Exchanged): Contrast[] {
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
