import type { Understudy, UnderstudySession } from '../../src/index.ts'
import { corpusOf } from './corpus.ts'
import { exchange, type Received } from './exchange.ts'
import { mutators } from './mutators.ts'
import { createRandom } from './random.ts'
import { bytesOf, type RawRequest } from './raw-request.ts'

export interface FuzzOptions {
  readonly requests: number
  readonly seed: number
  /** How many requests are under way at once, each in a session of its own. Default 16. */
  readonly parallel?: number
}

export interface FuzzReport {
  readonly requests: number
  /** How many answers had each status; 0 for a connection that was closed without one. */
  readonly statuses: Readonly<Record<number, number>>
  readonly findings: readonly FuzzFinding[]
}

interface FuzzFinding {
  /** The request's number: with the seed it makes the same bytes again. */
  readonly number: number
  readonly problem: string
  readonly mutators: readonly string[]
  readonly bytes: string
}

/** Rows are immutable, so that equal rows are the same objects. */
type Rows = readonly (readonly object[])[]

const CHECK_EVERY = 100

/**
 * Sends documented requests that were spoilt, over sockets of their own, and checks that no answer is a 5xx, none is missing, none
 * breaks the spec, a refusal changes nothing, and the journal stays readable.
 */
export async function fuzz(mock: Understudy, { requests, seed, parallel = 16 }: FuzzOptions): Promise<FuzzReport> {
  const corpus = await corpusOf(mock)
  const statuses: Record<number, number> = {}
  const findings: FuzzFinding[] = []
  let next = 0
  const work = async (): Promise<void> => {
    const session = mock.createSession()
    const url = new URL(mock.url)
    while (next < requests) {
      const spoilt = spoiltRequest(corpus, seed, next++, session)
      const add = (problem: string): void => void findings.push({ ...spoilt, problem })
      const before = rowsOf(mock, session)
      const received = await exchange(url, Buffer.from(spoilt.bytes, 'latin1'))
      for (const status of received.statuses.length > 0 ? received.statuses : [0])
        statuses[status] = (statuses[status] ?? 0) + 1
      for (const problem of problemsOf(received, isSame(before, rowsOf(mock, session)))) add(problem)
      if (received.statuses.some((status) => status < 400)) session.reset()
      if (spoilt.number % CHECK_EVERY === 0) for (const problem of await lasting(mock, session)) add(problem)
    }
    session.close()
  }
  await Promise.all(Array.from({ length: parallel }, work))
  return { requests, statuses, findings }
}

/** The request of a number: whatever ran before it, it is the same for the same seed. */
function spoiltRequest(
  corpus: readonly RawRequest[],
  seed: number,
  number: number,
  session: UnderstudySession,
): Omit<FuzzFinding, 'problem'> {
  const random = createRandom(seed * 1_000_003 + number)
  const base = random.pick(corpus)
  const names = Array.from({ length: 1 + random.below(3) }, () => random.pick(Object.keys(mutators)))
  const own: RawRequest = { ...base, headers: [...base.headers, ['X-Mock-Session', session.id]] }
  const spoilt = names.reduce((request, name) => mutators[name]?.(request, random) ?? request, own)
  return { number, mutators: names, bytes: bytesOf(spoilt).toString('latin1') }
}

function problemsOf({ text, statuses, hangs }: Received, isSameState: boolean): string[] {
  const isFault = /x-mock-refused-by: fault/i.test(text)
  const refused = statuses.length > 0 && statuses.every((status) => status >= 400)
  return [
    ...(hangs ? ['the connection hangs'] : []),
    ...(statuses.some((status) => status >= 500) && !isFault ? [`a 5xx: ${text.slice(0, 500)}`] : []),
    ...(refused && !isSameState ? [`a refusal (${statuses.join(', ')}) has changed the state`] : []),
  ]
}

/** What must hold at any time. Puts the default session back, which requests without a session of theirs have reached. */
async function lasting(mock: Understudy, session: UnderstudySession): Promise<string[]> {
  const problems: string[] = []
  for (const each of [mock, session]) {
    for (const { operationId, status, message } of each.violations())
      problems.push(`a violation: ${operationId} ${status}: ${message}`)
    const journal = await each.inject('/__mock/requests')
    if (journal.statusCode !== 200)
      problems.push(`the journal answers ${journal.statusCode}: ${journal.body.slice(0, 300)}`)
    else JSON.parse(journal.body)
    each.reset()
  }
  return problems
}

function rowsOf({ apis }: Understudy, session: UnderstudySession): Rows {
  return apis.flatMap(({ name, collections }) =>
    Object.keys(collections).map((collection) => session.state(name, collection)),
  )
}

function isSame(before: Rows, after: Rows): boolean {
  return before.every((rows, index) => {
    const now = after[index] ?? []
    return rows.length === now.length && rows.every((row, at) => row === now[at])
  })
}
