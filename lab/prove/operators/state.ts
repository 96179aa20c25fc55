import type { CheckId, Tier } from '../../../src/conform/check.ts'
import type { Operation } from '../../../src/openapi/api.ts'
import {
  type Behaviour,
  type Call,
  changingAnswers,
  isRefusal,
  isSuccess,
  type ProxyAnswer,
} from '../../../src/prove/call.ts'
import { defect, type SeededDefect } from '../../../src/prove/defect.ts'
import { SEEN } from '../../../src/prove/operators/effects.ts'
import { type Material, plainest, refusalOf } from '../../../src/prove/samples.ts'
import { afterDelete, afterUpdate } from './after-writes.ts'
import { readDefects } from './reads.ts'

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
