import { refuse, type Exchange, type Refusal } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'

/** A row of the collection `delegations`: `fromAccountId` lets `toAccountId` act for it. */
export interface Delegation {
  readonly delegationId: string
  readonly delegationRole: 'Super' | 'Normal' | 'Custom'
  readonly fromAccountId: string
  readonly toAccountId: string
  readonly status: 'pending' | 'accepted'
  readonly permissions: readonly Permission[] | null
}

/** What a delegation of the role Custom allows below one first level of the vault. */
interface Permission {
  readonly read: boolean
  readonly write: boolean
  readonly jsonpath: string
}

/** On whose behalf a request acts: the current user's own, or by a delegation the delegator's. */
export interface Actor {
  readonly kind: 'actor'
  /** The account that takes part. */
  readonly accountId: string
  /** The account that sends the request. */
  readonly currentAccountId: string
  readonly delegation: Delegation | undefined
}

type Verb = 'register' | 'unregister'

/** Codes that only Unregister has: in the vendor's source Register refuses delegations without one. */
const delegationCodes = {
  register: {},
  unregister: {
    unknown: { code: 'unregister.delegation.notFound' },
    notDelegatee: { code: 'unregister.delegation.invalid' },
    pending: { code: 'unregister.delegation.pending' },
  },
} as const satisfies Record<Verb, Record<string, { code: string }>>

export function accountIdOf({ credential }: Exchange): string {
  // Every credential of the fixtures names its account; the engine lets none of the operations pass without one.
  return String(credential?.['accountId'])
}

/** An empty or absent delegation id means the current user; any other must be an accepted delegation to the current user. */
export function actorOf(exchange: Exchange, delegationId: string | undefined, verb: Verb): Actor | Refusal {
  const currentAccountId = accountIdOf(exchange)
  if (!delegationId) return { kind: 'actor', accountId: currentAccountId, currentAccountId, delegation: undefined }
  const codes: Partial<(typeof delegationCodes)['unregister']> = delegationCodes[verb]
  const delegation = delegationWith(exchange.state, delegationId)
  if (!delegation) return refuse(404, 'Delegation not found', codes.unknown)
  if (delegation.toAccountId !== currentAccountId) {
    return refuse(403, `Delegation invalid: only delegatee allowed to ${verb}`, codes.notDelegatee)
  }
  if (delegation.status !== 'accepted') return refuse(403, 'Delegation not active', codes.pending)
  return { kind: 'actor', accountId: delegation.fromAccountId, currentAccountId, delegation }
}

/** The rows of `delegations` were checked by their schema. */
function delegationWith(state: State, id: string): Delegation | undefined {
  return state.collection('delegations').get(id) as Delegation | undefined
}
