import type { Operation } from '../../openapi/api.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import { isSafe } from '../cases/request-case.ts'
import type { Resource } from '../cases/resource.ts'
import type { Context } from '../context.ts'
import type { Exchanged, OutgoingRequest, Transport } from '../transport/transport.ts'
import type { Control } from './control.ts'
import type { Gate } from './interrupt.ts'
import type { Lateness } from './late-reads.ts'
import { operationOf } from './links.ts'
import { noteSameness, type Sameness } from './sameness.ts'

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
  /** By operationId, whether every answer was the same. */
  readonly sameness: Map<string, Sameness>
  /** What is known of a server that may show writes late. */
  readonly lateness: Lateness
  readonly plan: Plan
  /** Operations that have changed something in this run. */
  readonly spent: Set<string>
  /** By operationId, the property of the body whose value may not come twice, once it is known. */
  readonly fresh: Map<string, { readonly name: string; next(): string } | undefined>
  /** By operationId, the answers with which things were made, where nothing can be set back. */
  readonly made: Map<string, Exchanged[]>
}

/** What the cases were made from. */
interface Plan {
  readonly bases: ReadonlyMap<Operation, BaseRequest>
  readonly resources: readonly Resource[]
}

/** Sends a request of a case and notes what it tells of the server. */
export async function send(session: Session, outgoing: OutgoingRequest, operation?: string): Promise<Exchanged> {
  const exchanged = await session.transport.send(outgoing)
  note(session, exchanged, operation)
  return exchanged
}

/** Back to the seed, if something has changed and the server can. */
export async function tidy(session: Session): Promise<void> {
  if (!session.dirty || !session.control.canReset) return
  await session.control.reset()
  session.dirty = false
}

/** Where a thing can't be deleted again it stays, so that later cases can come back to it. */
function isCreation({ control, plan }: Session, operation: string): boolean {
  return (
    !control.canReset &&
    plan.resources.some(({ create, delete: removal }) => create?.draft.operation.id === operation && !removal)
  )
}

/** Takes down which statuses came, and whether something may have changed. */
export function note(session: Session, exchanged: Exchanged, called?: string): void {
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
  noteSameness(session.sameness, operation, outcome)
  const seen = session.statuses.get(operation) ?? new Set()
  session.statuses.set(operation, seen.add(String(outcome.status)))
}
