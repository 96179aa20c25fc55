import type { CheckId, Failure } from '../check.ts'
import type { CaseResult } from '../report/report.ts'
import type { Answer, Exchanged } from '../transport/exchange.ts'
import { operationOf } from './links.ts'
import { identityOf } from './sameness.ts'
import type { Session } from './session.ts'

/** With fewer requests it may be a coincidence. */
const ENOUGH = 5

/**
 * A server that answers every request for an operation alike has one fault and not as many as there are cases: what failed
 * with that answer is one finding that says so, for the whole API where it is alike for all of it.
 */
export function withOneCause(session: Session, results: readonly CaseResult[]): CaseResult[] {
  const shapeless = new Set(results.flatMap(({ failures }) => failures).flatMap(shapelessOperation))
  const everywhere = isEverywhere(session, shapeless)
  const alike = operationsAlike(session, shapeless, everywhere ? 1 : ENOUGH)
  if (alike.size === 0) return [...results]
  return results.map((result) => ({
    ...result,
    failures: result.failures.map((failure) => causeOf(session, failure, alike, everywhere) ?? failure),
  }))
}

/** The operations whose every answer is one and the same, with that answer. */
function operationsAlike(
  { sameness }: Session,
  shapeless: ReadonlySet<string>,
  least: number,
): ReadonlyMap<string, string> {
  return new Map(
    [...sameness].flatMap(([operation, { requests, answers }]) => {
      const [answer = ''] = answers
      // A success that has the right shape says that the server takes everything, which is another fault.
      const isFault = !answer.startsWith('2') || shapeless.has(operation)
      return requests >= least && answers.size === 1 && isFault ? [[operation, answer] as const] : []
    }),
  )
}

const SHAPE: ReadonlySet<CheckId> = new Set([
  'status-undeclared',
  'content-type',
  'body-schema',
  'body-unparseable',
  'header-missing',
  'body-forbidden',
])

function shapelessOperation({ check, operation }: Failure): string[] {
  return operation !== undefined && SHAPE.has(check) ? [operation] : []
}

/** Whether all operations answer alike; that some of them have the right form by chance makes no difference then. */
function isEverywhere({ sameness }: Session, shapeless: ReadonlySet<string>): boolean {
  const all = [...sameness.values()]
  const answers = new Set(all.flatMap((each) => [...each.answers]))
  const requests = all.reduce((sum, each) => sum + each.requests, 0)
  const [answer = ''] = answers
  return all.length > 1 && requests >= ENOUGH && answers.size === 1 && (!answer.startsWith('2') || shapeless.size > 0)
}

function causeOf(
  session: Session,
  failure: Failure,
  alike: ReadonlyMap<string, string>,
  everywhere: boolean,
): Failure | undefined {
  const last = failure.exchanges.at(-1)
  if (last?.outcome.kind !== 'answer') return undefined
  const { outcome } = last
  const operation = operationOf(session.context.api, last.sent.method, last.sent.path)?.id ?? failure.operation
  const answer = everywhere ? [...alike.values()][0] : operation === undefined ? undefined : alike.get(operation)
  if (answer === undefined || answer !== identityOf(outcome)) return undefined
  // That a row of this case's own is unknown has nothing to do with the rows that were there before.
  if (outcome.status === 404 && !everywhere && failure.exchanges.some(hasWritten)) return undefined
  return {
    ...failure,
    check: checkFor(outcome.status),
    message: messageFor(outcome, everywhere, session),
    ...(everywhere ? { operation: undefined, pointer: '/paths' } : { operation, pointer: placeOf(session, operation) }),
    expected: 'an answer that depends on the request',
    got: gotOf(last),
  }
}

function hasWritten({ sent, outcome }: Exchanged): boolean {
  return sent.method !== 'GET' && outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300
}

function placeOf({ context }: Session, operation: string | undefined): string {
  return context.api.operations.find(({ id }) => id === operation)?.pointer ?? '/paths'
}

function checkFor(status: number): CheckId {
  if (status >= 500) return 'server-error'
  return status < 300 ? 'body-schema' : 'valid-refused'
}

/** The cause, and what to do about it. */
function messageFor({ status, headers }: Answer, everywhere: boolean, { context }: Session): string {
  const target = `understudy target ${context.api.name}`
  if (status < 300)
    return `every request gets the same answer (${status} ${headers['content-type'] ?? ''}): is this server the API?`
  if (status < 400)
    return `every request is redirected with ${status}: give the address that it leads to as the base URL`
  const said = `every request is answered with ${status}`
  if (status === 401 || status === 403)
    return `${said}: name credentials that the server takes in a target file (${target})`
  if (status === 404 && everywhere) return `${said}: is the path of the base URL right?`
  if (status === 404) return `${said}: does the server have the seeded rows? Name its own in a target file (${target})`
  if ([502, 503, 504].includes(status)) return `${said}: the gateway in front does not reach the server`
  return status >= 500 ? `${said}: the log of the server says why` : said
}

function gotOf({ outcome }: Exchanged): string {
  if (outcome.kind !== 'answer') return ''
  const { location } = outcome.headers
  return [
    String(outcome.status),
    ...(location === undefined ? [] : [`Location: ${location}`]),
    outcome.text.slice(0, 300),
  ].join(' ')
}

/** Findings that are the cause of others come first. */
export function isOneCause({ message }: Pick<Failure, 'message'>): boolean {
  return /^every request (?:gets|is) /.test(message)
}
