import type { Case, FlowCase, RequestCase, FlowRunner, Verdict } from '../case.ts'
import type { Context } from '../context.ts'
import { isSafe } from '../cases/request-case.ts'
import { checkCase } from '../checks/expectation.ts'
import type { Exchanged, OutgoingRequest, Transport } from '../transport/transport.ts'
import type { Operation } from '../../openapi/api.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Resource } from '../cases/resource.ts'
import { runCaseWithoutReset, undo, undoByLink } from './without-reset.ts'
import { operationOf } from './links.ts'
import type { Control } from './control.ts'
import type { Gate } from './interrupt.ts'

/** The server while cases run on it: what it has been through, and what has to be tidied up. */
export interface Session {
  readonly context: Context
  readonly transport: Transport
  readonly control: Control
  /** Whether something may have changed since the last reset. */
  dirty: boolean
  /** What removes the things that this run has created, newest last. */
  readonly undo: (() => Promise<void>)[]
  /** What closes the worlds that were opened beside it. */
  readonly closing: (() => Promise<void>)[]
  /** What stands between the cases and the server. */
  readonly gate: Gate
  /** Statuses that operations have answered with, by operationId. */
  readonly statuses: Map<string, Set<string>>
  readonly plan: Plan
  /** Operations that have changed something in this run. */
  readonly spent: Set<string>
  /** By operationId, the member of the body whose value may not come twice, once it is known. */
  readonly fresh: Map<string, { readonly name: string; next(): string } | undefined>
  /** By operationId, the answers with which things were made, where nothing can be set back. */
  readonly made: Map<string, Exchanged[]>
}

/** What the cases were made from. */
interface Plan {
  readonly bases: ReadonlyMap<Operation, BaseRequest>
  readonly resources: readonly Resource[]
}

/** Runs one case from a known start, as far as the server lets itself be brought there. */
export async function runCase(session: Session, subject: Case): Promise<Verdict> {
  await tidy(session)
  const established = await establish(session, subject)
  if (established !== undefined) return { kind: 'not-reached', reason: established }
  if (isFlow(subject)) return play(session, subject)
  const asItIs = (session.control.canReset || subject.changesNothing) && !subject.guessed
  return asItIs ? request(session, subject) : runCaseWithoutReset(session, subject)
}

/** Sends a case's request and checks the answer, whatever state the server is in; what was taken against our expectation is taken back. */
async function request(session: Session, subject: RequestCase): Promise<Verdict> {
  const exchanged = await send(session, subject.request, subject.operation?.id)
  const verdict = verdictOf(session, subject, exchanged)
  if (!session.control.canReset && subject.expectation.kind === 'refusal') await undo(session, exchanged)
  return verdict
}

export function verdictOf(session: Session, subject: RequestCase, exchanged: Exchanged): Verdict {
  if (isUnknownThing(subject, exchanged))
    return { kind: 'not-reached', reason: 'neither the spec nor the seed names a thing that its path could be about' }
  const failures = checkCase(session.context, subject, exchanged)
  return failures.length === 0 ? { kind: 'passed' } : { kind: 'failed', failures }
}

function isUnknownThing({ guessed, request, expectation }: RequestCase, { sent, outcome }: Exchanged): boolean {
  if (!guessed || sent.path !== request.path || outcome.kind === 'no-answer' || outcome.status !== 404) return false
  return expectation.kind === 'any' || !expectation.statuses.includes('404')
}

export async function send(session: Session, outgoing: OutgoingRequest, operation?: string): Promise<Exchanged> {
  const exchanged = await session.transport.send(outgoing)
  note(session, exchanged, operation)
  return exchanged
}

export function isFlow(subject: Case): subject is FlowCase {
  return 'play' in subject
}

/** Back to the seed, if something has changed and the server can. */
export async function tidy(session: Session): Promise<void> {
  if (!session.dirty || !session.control.canReset) return
  await session.control.reset()
  session.dirty = false
}

async function establish(session: Session, subject: Case): Promise<string | undefined> {
  if (subject.given.length === 0 || (session.control.canReset && session.control.isGiven(subject.given)))
    return undefined
  const result = await session.control.establish(subject.given)
  session.dirty = true
  return 'missing' in result ? result.missing : undefined
}

async function play(session: Session, subject: FlowCase): Promise<Verdict> {
  const exchanges: Exchanged[] = []
  const { api, seed, target } = session.context
  const stage: FlowRunner = {
    api,
    seed,
    target,
    exchanges,
    send: async (outgoing) => {
      const exchanged = await session.transport.send(outgoing)
      exchanges.push(exchanged)
      note(session, exchanged)
      return exchanged
    },
    created: (undo) => void session.undo.push(undo),
    earlier: (operation) => session.made.get(operation) ?? [],
    reset: async () => {
      await session.control.reset()
      return session.control.canReset
    },
    setState: async (given) => {
      const result = await session.control.establish([given])
      session.dirty = true
      return 'values' in result ? result.values : undefined
    },
  }
  const cleanUp = async (): Promise<void> => {
    if (!session.control.canReset) await cleanUpAfter(session, subject, exchanges.slice())
  }
  try {
    const verdict = await subject.play(stage)
    await cleanUp()
    return verdict
  } catch (error) {
    // Only an interruption ends a flow like this; what it has done is taken back at the end of the run.
    session.undo.push(cleanUp)
    throw error
  }
}

async function cleanUpAfter(session: Session, subject: FlowCase, exchanges: readonly Exchanged[]): Promise<void> {
  for (const undo of session.undo.splice(0).toReversed()) await undo()
  // Workflows take back what they do themselves.
  if (subject.kind === 'flow') return
  for (const exchanged of exchanges.toReversed())
    await (subject.kind === 'random' ? undo(session, exchanged) : undoByLink(session, exchanged))
}

/** Where a thing can't be deleted again it stays, so that later cases can come back to it. */
function isCreation({ control, plan }: Session, operation: string): boolean {
  return (
    !control.canReset &&
    plan.resources.some(({ create, delete: removal }) => create?.draft.operation.id === operation && !removal)
  )
}

function note(session: Session, exchanged: Exchanged, called?: string): void {
  const { sent, outcome } = exchanged
  const operation = called ?? operationOf(session.context.api, sent.method, sent.path)?.id
  if (outcome.kind !== 'answer' || outcome.status < 400) {
    session.dirty ||= !isSafe(sent.method)
    if (!isSafe(sent.method) && operation !== undefined) session.spent.add(operation)
  }
  if (operation === undefined || outcome.kind !== 'answer') return
  if (outcome.status < 300 && isCreation(session, operation)) {
    session.made.set(operation, [...(session.made.get(operation) ?? []), exchanged])
  }
  const seen = session.statuses.get(operation) ?? new Set()
  session.statuses.set(operation, seen.add(String(outcome.status)))
}
