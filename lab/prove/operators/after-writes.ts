import type { CheckId } from '../../../src/conform/check.ts'
import type { Operation } from '../../../src/openapi/api.ts'
import { isObject } from '../../../src/openapi/pointer.ts'
import {
  type Behaviour,
  type Call,
  changingAnswers,
  isSuccess,
  jsonIn,
  type ProxyAnswer,
  withJson,
} from '../../../src/prove/call.ts'
import { defect, type SeededDefect } from '../../../src/prove/defect.ts'
import { type Material, plainest } from '../../../src/prove/samples.ts'
import { idOfPath } from './changing-rows.ts'

/** What an update leaves behind: nothing for readers, or more than it said. */
export function afterUpdate(material: Material, read: Operation): SeededDefect[] {
  const update = material.api.operations.find(({ method }) => method === 'PATCH' || method === 'PUT')
  if (!update) return []
  const of = (operator: string, expected: readonly CheckId[], create: () => Behaviour): SeededDefect =>
    defect(material, update, { operator, target: '', tier: 'documented', expected, create })
  const changedRows = (
    change: (body: Readonly<Record<string, unknown>>) => object,
    which: 'same' | 'other',
  ): Behaviour => {
    const updated = new Set<string>()
    return changingAnswers((answer, call) => {
      if (call.operation === update && isSuccess(answer)) updated.add(`${call.world} ${idOfPath(call)}`)
      const body = jsonIn(answer)
      if (call.operation !== read || !isSuccess(answer) || !isObject(body)) return undefined
      const touched = updated.has(`${call.world} ${idOfPath(call)}`)
      const isBesideOne = !touched && [...updated].some((each) => each.startsWith(`${call.world} `))
      return (which === 'same' ? touched : isBesideOne) ? withJson(answer, change(body)) : undefined
    })
  }
  const without = (body: Readonly<Record<string, unknown>>, name: string): object => {
    const { [name]: _, ...data } = isObject(body['data']) ? body['data'] : {}
    return { ...body, data }
  }
  return [
    of('reads-are-stale', ['update-lost', 'flow', 'tag-unchanged', 'refused-write-changed'], () => {
      const seen = new Map<string, ProxyAnswer>()
      return changingAnswers((answer, call) => {
        if (call.operation !== read || call.request.method !== 'GET' || !isSuccess(answer)) return undefined
        const key = `${call.world} ${call.request.url}`
        const first = seen.get(key)
        if (first === undefined) seen.set(key, answer)
        return first !== undefined && !first.body.equals(answer.body) ? first : undefined
      })
    }),
    of('optional-property-lost', ['update-spills', 'update-lost', 'flow'], () =>
      changedRows((body) => without(body, 'unavailableReason'), 'same'),
    ),
    of('another-property-changed', ['update-spills', 'update-lost', 'flow'], () =>
      changedRows(
        (body) => ({
          ...body,
          data: { ...(body['data'] as object), campaignId: '00000000-0000-4000-8000-00000000abcd' },
        }),
        'same',
      ),
    ),
    of('another-row-changed', ['update-spills', 'flow'], () =>
      changedRows(
        (body) => ({ ...body, data: { ...(body['data'] as object), unavailable: false, unavailableReason: 'spilt' } }),
        'other',
      ),
    ),
  ]
}

export function afterDelete(material: Material, read: Operation): SeededDefect[] {
  const remove = material.api.operations.find(({ method }) => method === 'DELETE')
  const list = material.api.operations.find(({ method, path }) => method === 'GET' && !path.endsWith('}'))
  if (!remove || !list) return []
  const of = (operator: string, expected: readonly CheckId[], create: () => Behaviour): SeededDefect =>
    defect(material, remove, { operator, target: '', tier: 'assumed', expected, create })
  /** Remembers each thing as it was before its deletion. */
  const remembering = (
    then: (answer: ProxyAnswer, call: Call, gone: ReadonlyMap<string, ProxyAnswer>) => ProxyAnswer | undefined,
  ): Behaviour => {
    const gone = new Map<string, ProxyAnswer>()
    return async (call) => {
      const before =
        call.operation === remove
          ? await call.pretend({ ...call.request, method: 'GET', body: Buffer.alloc(0) })
          : undefined
      const answer = await call.forward()
      if (before !== undefined && isSuccess(before) && isSuccess(answer))
        gone.set(`${call.world} ${idOfPath(call)}`, before)
      const changed = then(answer, call, gone)
      if (changed === undefined) return answer
      call.wrong()
      return changed
    }
  }
  const goneIn = (gone: ReadonlyMap<string, ProxyAnswer>, call: Call): unknown[] =>
    [...gone].filter(([key]) => key.startsWith(`${call.world} `)).map(([, answer]) => jsonIn(answer))
  return [
    of('deleted-still-read', ['deleted-readable', 'flow'], () =>
      remembering((answer, call, gone) =>
        call.operation === read && answer.status === 404 ? gone.get(`${call.world} ${idOfPath(call)}`) : undefined,
      ),
    ),
    of('deleted-still-listed', ['deleted-listed', 'flow'], () =>
      remembering((answer, call, gone) => {
        const rows = goneIn(gone, call)
        const body = jsonIn(answer)
        if (
          call.operation !== list ||
          !isSuccess(answer) ||
          rows.length === 0 ||
          !isObject(body) ||
          !Array.isArray(body['data'])
        )
          return undefined
        return withJson(answer, { ...body, data: [...(body['data'] as unknown[]), ...rows] })
      }),
    ),
    of('second-deletion-succeeds', ['deleted-readable', 'invalid-accepted', 'flow'], () =>
      remembering((answer, call, gone) => {
        const again = call.operation === remove && answer.status === 404 && gone.has(`${call.world} ${idOfPath(call)}`)
        return again ? plainest(material, remove)?.answer : undefined
      }),
    ),
    of('deletes-another-too', ['deleted-listed', 'flow', 'update-spills'], () =>
      remembering((answer, call, gone) => {
        const body = jsonIn(answer)
        if (
          call.operation !== list ||
          !isSuccess(answer) ||
          goneIn(gone, call).length === 0 ||
          !isObject(body) ||
          !Array.isArray(body['data'])
        )
          return undefined
        return withJson(answer, { ...body, data: body['data'].slice(1) })
      }),
    ),
  ]
}
