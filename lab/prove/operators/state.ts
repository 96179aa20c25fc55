import { SEEN } from '../../../src/prove/operators/effects.ts'
import type { CheckId, Tier } from '../../../src/conform/check.ts'
import type { Operation } from '../../../src/openapi/api.ts'
import { isObject } from '../../../src/openapi/pointer.ts'
import {
  changingAnswers,
  isRefusal,
  isSuccess,
  jsonIn,
  withHeaders,
  withJson,
  type Behaviour,
  type Call,
  type ProxyAnswer,
} from '../../../src/prove/call.ts'
import { defect, type SeededDefect } from '../../../src/prove/defect.ts'
import { plainest, refusalOf, type Material } from '../../../src/prove/samples.ts'

/**
 * As what the effect of an operation can be seen: documented where the page itself says how the server answers afterwards,
 * assumed where only a ruling does.
 */
const EFFECTS: Readonly<Record<string, Tier>> = {
  createInteraction: 'documented',
  patchInteraction: 'documented',
  deleteInteraction: 'documented',
  createRegistration: 'documented',
  registerInteraction: 'documented',
  uploadDocuments: 'assumed',
  unregisterInteraction: 'assumed',
  selfRegister: 'assumed',
  registerPrivilegeUsers: 'assumed',
  updatePersonStatus: 'assumed',
  registerTransactionByEntityId: 'assumed',
  registerTransactionByExternalKey: 'assumed',
}

/** Writes that do nothing, too much, or something although they are refused; reads that do not show them. */
export function stateDefects(material: Material): SeededDefect[] {
  const writes = material.api.operations.filter(({ method }) => method !== 'GET')
  const read = material.api.operations.find(({ method, path }) => method === 'GET' && path.endsWith('}'))
  return [
    ...writes.flatMap((operation) => writeDefects(material, operation)),
    ...(read ? [...readDefects(material, read), ...afterUpdate(material, read), ...afterDelete(material, read)] : []),
  ]
}

function writeDefects(material: Material, operation: Operation): SeededDefect[] {
  const tier = EFFECTS[operation.id] ?? 'documented'
  const of = (operator: string, its: Tier, expected: readonly CheckId[], create: () => Behaviour): SeededDefect =>
    defect(material, operation, { operator, target: '', tier: its, expected, create })
  const sample = plainest(material, operation)
  const base = sample?.request
  return [
    of('does-nothing', tier, SEEN, () => async (call) => {
      if (call.operation !== operation) return call.forward()
      const answer = await call.pretend()
      if (!isSuccess(answer)) return call.forward()
      call.wrong()
      return answer
    }),
    of('done-although-refused', 'assumed', ['refused-write-changed', 'flow'], () => async (call) => {
      const answer = await call.forward()
      if (base === undefined || call.operation !== operation || !isRefusal(answer) || answer.status === 401)
        return answer
      call.wrong()
      await call.forward({
        ...base,
        url: call.request.url,
        headers: { ...base.headers, ...sessionOf(call), ...('etag' in base.headers && { etag: '*' }) },
      })
      return answer
    }),
    ...(sample !== undefined && idIn(sample.answer) !== undefined
      ? [of('ids-repeated', 'assumed', ['id-repeated', 'flow', 'created-differs'], repeatingIds(operation))]
      : []),
    of('only-once', tier, ['valid-refused', 'flow', 'id-repeated', 'page-wrong'], () => {
      const done = new Set<string>()
      const refusal = refusalOf(material, operation, 409)
      return async (call) => {
        if (call.operation !== operation || refusal === undefined) return call.forward()
        if (done.has(call.world)) {
          call.wrong()
          return refusal
        }
        const answer = await call.forward()
        if (isSuccess(answer)) done.add(call.world)
        return answer
      }
    }),
  ]
}

function sessionOf({ request }: Call): Record<string, string> {
  const session = request.headers['x-mock-session']
  return session === undefined ? {} : { 'x-mock-session': session }
}

const ID = /"(id|personId|transactionID)":("?)([^",}]+)\2/

/** The id that an answer gives to what was made, in its first member or in its Location. */
function idIn({ headers, body }: ProxyAnswer): string | undefined {
  return ID.exec(body.toString())?.[3] ?? headers['location']?.split('/').at(-1)
}

function repeatingIds(operation: Operation): () => Behaviour {
  return () => {
    const firsts = new Map<string, string>()
    return changingAnswers((answer, call) => {
      if (call.operation !== operation || !isSuccess(answer)) return undefined
      const id = idIn(answer)
      const first = firsts.get(call.world) ?? id
      if (id === undefined || first === undefined) return undefined
      firsts.set(call.world, first)
      if (first === id) return undefined
      const { location } = answer.headers
      return {
        ...answer,
        headers: { ...answer.headers, ...(location !== undefined && { location: location.replace(id, first) }) },
        body: Buffer.from(
          answer.body.toString().replace(ID, (_, name: string, quote: string) => `"${name}":${quote}${first}${quote}`),
        ),
      }
    })
  }
}

/** Reads and lists that do not show what was written. */
function readDefects(material: Material, read: Operation): SeededDefect[] {
  const list = material.api.operations.find(({ method, path }) => method === 'GET' && !path.endsWith('}'))
  const seeded = JSON.stringify(material.seed.rows)
  const missing = refusalOf(material, read, 404)
  const tier: Tier = read.inferred === undefined ? 'documented' : 'assumed'
  const of = (
    operation: Operation,
    operator: string,
    expected: readonly CheckId[],
    create: () => Behaviour,
  ): SeededDefect => defect(material, operation, { operator, target: '', tier, expected, create })
  return [
    of(read, 'created-not-found', ['created-unreadable', 'flow', 'valid-refused'], () =>
      changingAnswers((answer, call) =>
        call.operation === read && isSuccess(answer) && !seeded.includes(`"${idOfPath(call)}"`) ? missing : undefined,
      ),
    ),
    of(read, 'any-id-found', ['deleted-readable', 'invalid-accepted', 'flow', 'refusal-status'], () => {
      const sample = plainest(material, read)?.answer
      return changingAnswers((answer, call) => (call.operation === read && answer.status === 404 ? sample : undefined))
    }),
    of(read, 'first-row-always', ['created-differs', 'created-unreadable', 'flow', 'invalid-accepted'], () => {
      const sample = plainest(material, read)?.answer
      return changingAnswers((answer, call) =>
        call.operation === read && isSuccess(answer) && sample !== undefined && !answer.body.equals(sample.body)
          ? sample
          : undefined,
      )
    }),
    of(read, 'another-thing-shown', ['created-differs', 'flow'], () =>
      changingAnswers((answer, call) => {
        const body = jsonIn(answer)
        if (call.operation !== read || !isSuccess(answer) || !isObject(body) || seeded.includes(`"${idOfPath(call)}"`))
          return undefined
        return withJson(answer, altered(body))
      }),
    ),
    ...(list
      ? [
          of(list, 'created-not-listed', ['created-unlisted', 'flow'], () =>
            changingRows(list, (rows) => rows.filter((row) => seeded.includes(`"${String(row['id'])}"`))),
          ),
          of(list, 'rows-repeated', ['created-unlisted', 'page-wrong', 'filter-wrong', 'flow'], () =>
            changingRows(list, (rows) => rows.flatMap((row) => [row, row])),
          ),
          of(list, 'always-empty', ['created-unlisted', 'page-wrong', 'filter-wrong', 'flow'], () =>
            changingRows(list, () => []),
          ),
        ]
      : []),
  ]
}

/** The last text in a body that is no id, with something at its end. */
function altered(body: Readonly<Record<string, unknown>>): object {
  const data = body['data']
  if (isObject(data))
    return {
      ...body,
      data: { ...data, unavailable: data['unavailable'] !== true, contactId: '00000000-0000-4000-8000-00000000abcd' },
    }
  return { ...body, offeringId: '0000000000000000000000000000abcd' }
}

/** What an update leaves behind: nothing for readers, or more than it said. */
function afterUpdate(material: Material, read: Operation): SeededDefect[] {
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

function afterDelete(material: Material, read: Operation): SeededDefect[] {
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

function idOfPath({ path }: Call): string {
  return Object.values(path).at(-1) ?? ''
}

type Rows = readonly Readonly<Record<string, unknown>>[]

/** A list whose rows are not what they are to be. */
export function changingRows(list: Operation, change: (rows: Rows, call: Call) => Rows): Behaviour {
  return changingAnswers((answer, call) => {
    const body = jsonIn(answer)
    if (
      call.operation !== list ||
      call.request.method !== 'GET' ||
      !isSuccess(answer) ||
      !isObject(body) ||
      !Array.isArray(body['data'])
    )
      return undefined
    const rows = body['data'].filter(isObject)
    const changed = change(rows, call)
    return JSON.stringify(rows) === JSON.stringify(changed) ? undefined : withJson(answer, { ...body, data: changed })
  })
}

/** Entity tags that do not change, change for nothing, or are not looked at. */
export function tagDefects(material: Material): SeededDefect[] {
  const tagged = material.api.operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'if-match'))
  const read = material.api.operations.find(({ method, path }) => method === 'GET' && path.endsWith('}'))
  if (tagged.length === 0 || !read) return []
  const of = (
    operation: Operation,
    operator: string,
    tier: Tier,
    expected: readonly CheckId[],
    create: () => Behaviour,
  ): SeededDefect => defect(material, operation, { operator, target: '', tier, expected, create })
  const refusal = refusalOf(material, tagged[0] as Operation, 412)
  const perOperation = tagged.flatMap((operation) => [
    of(
      operation,
      'stale-tag-accepted',
      'assumed',
      ['stale-tag-accepted', 'lost-update', 'flow'],
      () => async (call) => {
        if (call.operation !== operation || (await call.pretend()).status !== 412) return call.forward()
        call.wrong()
        return call.forward(withHeaders(call.request, { etag: '*', 'if-match': null }))
      },
    ),
    of(
      operation,
      'missing-tag-accepted',
      'assumed',
      ['invalid-accepted', 'stale-tag-accepted', 'flow'],
      () => (call) => {
        if (call.operation !== operation || 'etag' in call.request.headers || 'if-match' in call.request.headers)
          return call.forward()
        call.wrong()
        return call.forward(withHeaders(call.request, { etag: '*' }))
      },
    ),
    of(operation, 'etag-header-ignored', 'documented', ['valid-refused', 'flow'], () => (call) => {
      if (call.operation !== operation || !('etag' in call.request.headers)) return call.forward()
      call.wrong()
      return call.forward(withHeaders(call.request, { etag: null }))
    }),
    of(
      operation,
      'if-match-ignored',
      'assumed',
      ['valid-refused', 'stale-tag-accepted', 'lost-update', 'flow'],
      () => (call) => {
        if (call.operation !== operation || !('if-match' in call.request.headers)) return call.forward()
        call.wrong()
        return call.forward(withHeaders(call.request, { 'if-match': null }))
      },
    ),
    of(operation, 'current-tag-refused', 'documented', ['valid-refused', 'flow', 'update-lost'], () => async (call) => {
      const tag = call.request.headers['etag'] ?? call.request.headers['if-match']
      if (call.operation !== operation || tag === undefined || tag === '*' || refusal === undefined)
        return call.forward()
      if (!isSuccess(await call.pretend())) return call.forward()
      call.wrong()
      return refusal
    }),
  ])
  const retagged = (answer: ProxyAnswer, tag: string): ProxyAnswer => {
    const text = answer.body.toString().replaceAll(/"etag":"[^"]*"/g, `"etag":"${tag}"`)
    return {
      ...answer,
      headers: { ...answer.headers, ...('etag' in answer.headers && { etag: `"${tag}"` }) },
      body: Buffer.from(text),
    }
  }
  return [
    ...perOperation,
    of(
      read,
      'tag-never-changes',
      'documented',
      ['tag-unchanged', 'stale-tag-accepted', 'lost-update', 'flow'],
      () => async (call) => {
        const { headers } = call.request
        const isConstant = [headers['etag'], headers['if-match']].some(
          (tag) => tag?.includes('always-the-same') === true,
        )
        const answer = await call.forward(
          isConstant ? withHeaders(call.request, { etag: '*', 'if-match': null }) : call.request,
        )
        if (!isSuccess(answer) || call.operation === undefined || !answer.body.includes('"etag"')) return answer
        call.wrong()
        return retagged(answer, 'always-the-same')
      },
    ),
    of(
      read,
      'tag-changes-on-reading',
      'documented',
      ['tag-unchanged', 'created-differs', 'update-lost', 'refused-write-changed', 'flow'],
      () => {
        let reads = 0
        return changingAnswers((answer, call) =>
          call.operation === read && isSuccess(answer) && call.request.method === 'GET'
            ? retagged(answer, `read-${reads++}`)
            : undefined,
        )
      },
    ),
    of(
      read,
      'header-tag-differs',
      'assumed',
      ['tag-unchanged', 'header-invalid', 'flow', 'created-differs', 'valid-refused'],
      () =>
        changingAnswers((answer) =>
          isSuccess(answer) && 'etag' in answer.headers ? withHeaders(answer, { etag: '"something-else"' }) : undefined,
        ),
    ),
  ]
}
