import type { Operation } from '../../openapi/api.ts'
import type { Case, FlowCase, RequestCase, FlowRunner } from '../case.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Exchanged } from '../transport/transport.ts'
import { valueAt } from '../../openapi/pointer.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { requestOf } from '../cases/draft.ts'
import { flowCase, isOk, seen, statusOf } from './flow-case.ts'
import { isSafe } from '../cases/request-case.ts'
import { differences } from './comparison.ts'
import { tagOf } from '../cases/resource.ts'

const SAMPLE = 20
const WRITERS = 8

/**
 * A refused write has to leave no trace. Where nothing can be read back, the answer to a valid request tells: after any
 * number of refused ones it has to be what it is on a fresh server.
 */
export function traceFlows(
  context: Context,
  bases: ReadonlyMap<Operation, BaseRequest>,
  cases: readonly Case[],
): FlowCase[] {
  return [...bases].flatMap(([operation, base]) => {
    const refused = sampleOf(cases.filter((each): each is RequestCase => isRefusal(each, operation)))
    if (isSafe(operation.method) || refused.length === 0) return []
    return flowCase(context, {
      name: 'refused requests leave no trace',
      kind: 'state',
      operation,
      why: 'that a refused request changes nothing goes without saying',
      checks: ['refused-write-changed'],
      play: async (flow) => {
        const { runner } = flow
        const after = async (requests: readonly RequestCase[]): Promise<Exchanged> => {
          if (!(await runner.reset())) flow.notReached('the server cannot be set back')
          for (const { request } of requests) await runner.send(request)
          return runner.send(requestOf(base.draft))
        }
        const fresh = [await after([]), await after([])] as const
        if (!fresh.every(isOk)) flow.notReached(`the valid request is refused: ${seen(fresh[0])}`)
        const refusedHere = await refusedOf(runner, refused)
        if (leftBy(fresh, await after(refusedHere)).length === 0) return
        for (const each of refusedHere) {
          const answer = await after([each])
          const changed = leftBy(fresh, answer)
          if (changed.length === 0) continue
          flow.fail(
            'refused-write-changed',
            `a refused request changes what the next one is answered: ${changed.join(', ')}`,
            {
              expected: seen(fresh[0]),
              got: `${seen(answer)} after ${each.name}`,
            },
          )
          return
        }
      },
    })
  })
}

/** What a server accepts, be it for want of a row of ours, leaves a trace by right; that it does is for another case to say. */
async function refusedOf(runner: FlowRunner, requests: readonly RequestCase[]): Promise<RequestCase[]> {
  const refused: RequestCase[] = []
  await runner.reset()
  for (const each of requests) {
    if (isOk(await runner.send(each.request))) await runner.reset()
    else refused.push(each)
  }
  return refused
}

/** Where a request succeeds once only, several equal ones at the same moment must not succeed together. */
export function raceFlows(context: Context, bases: ReadonlyMap<Operation, BaseRequest>): FlowCase[] {
  return [...bases].flatMap(([operation, base]) => {
    if (isSafe(operation.method)) return []
    return flowCase(context, {
      name: 'of several equal requests that exclude each other exactly one succeeds',
      kind: 'state',
      operation,
      why: 'what happens to equal requests at the same moment is not described',
      checks: ['lost-update'],
      play: async (flow) => {
        const { runner } = flow
        const once = requestOf(base.draft)
        if (!(await runner.reset())) flow.notReached('the server cannot be set back')
        if (!isOk(await runner.send(once))) flow.notReached('the valid request is refused')
        if (isOk(await runner.send(once))) return
        await runner.reset()
        const answers = await Promise.all(Array.from({ length: WRITERS }, () => runner.send(once)))
        const winners = answers.filter(isOk).length
        if (winners !== 1) {
          flow.fail('lost-update', 'several equal requests that exclude each other succeed', {
            expected: 'one success',
            got: winners === 0 ? 'none' : 'more than one',
          })
        }
      },
    })
  })
}

/** What differs from a fresh server's answers, apart from what differs between those and from numbers, which may count up. */
function leftBy(fresh: readonly [Exchanged, Exchanged], answer: Exchanged): string[] {
  if (statusOf(answer) !== statusOf(fresh[0])) return [`status ${statusOf(answer)}`]
  const [one, other, now] = [jsonOf(fresh[0]), jsonOf(fresh[1]), jsonOf(answer)]
  const volatile = new Set(differences(one, other))
  return differences(one, now).filter(
    (at) => !volatile.has(at) && typeof valueAt(now, at) !== 'number' && !looksMade(valueAt(now, at), tagOf(answer)),
  )
}

/** Ids and times are made anew each time, and with them the entity tag, unless two answers fall into one millisecond. */
function looksMade(value: unknown, tag: string | undefined): boolean {
  return typeof value === 'string' && (value === tag || /^(?:[0-9a-f-]{24,36}|\d{4}-\d{2}-\d{2}T.*)$/i.test(value))
}

function isRefusal(each: Case, operation: Operation): each is RequestCase {
  return (
    'request' in each &&
    each.operation === operation &&
    each.expectation.kind === 'refusal' &&
    each.given.length === 0 &&
    each.kind !== 'protocol'
  )
}

/** All that the spec names, and of the others a few, spread over the whole. */
function sampleOf(cases: readonly RequestCase[]): RequestCase[] {
  const examples = cases.filter((each) => each.kind === 'example')
  const others = cases.filter((each) => each.kind !== 'example')
  const step = Math.max(1, Math.floor(others.length / SAMPLE))
  return [...examples, ...others.filter((_, index) => index % step === 0)]
}
