import type { JsonObject } from './json.ts'
import type { Has } from './protocol.ts'
import { Refusal } from './refusal.ts'
import type { Verb } from './regit-request.ts'
import { type Delegation, DELEGATIONS } from './regit-seed.ts'

/** The account a call is made for: the caller's own, or the delegator's. */
export function actorFor(has: Has, body: JsonObject, account: string, verb: Verb): string {
  const id = body['delegationId']
  if (id === undefined) {
    if (has('delegation/required')) throw new Refusal(400, 'Invalid parameters')
    return account
  }
  if (id === '' && !has('delegation/empty-is-unknown')) return account
  if (id === null && has('delegation/null-accepted')) return account
  if (typeof id !== 'string') throw new Refusal(400, 'Invalid parameters')
  if (has('delegation/ignored')) return account
  return delegator(has, DELEGATIONS.get(has('delegation/blanks-dropped') ? id.trim() : id), account, verb)
}

function delegator(has: Has, delegation: Delegation | undefined, account: string, verb: Verb): string {
  const code = (name: string): string | undefined =>
    verb === 'unregister' ? `unregister.delegation.${name}` : undefined
  if (delegation === undefined) {
    if (has('delegation/unknown-ignored') || has(`delegation/unknown-ignored-by-${verb}`)) return account
    throw new Refusal(has('delegation/unknown-is-400') ? 400 : 404, 'Delegation not found', code('notFound'))
  }
  const isParty = delegation.fromAccountId === account && has('delegation/delegator-accepted')
  if (
    delegation.toAccountId !== account &&
    !isParty &&
    !has('delegation/anybody-accepted') &&
    !has(`delegation/anybody-may-${verb}`)
  ) {
    const only = has('delegation/other-verb-in-message') ? 'act' : verb
    throw new Refusal(
      has('delegation/foreign-is-404') ? 404 : 403,
      `Delegation invalid: only delegatee allowed to ${only}`,
      code('invalid'),
    )
  }
  if (delegation.status === 'pending' && !has('delegation/pending-accepted')) {
    throw new Refusal(has('delegation/pending-is-409') ? 409 : 403, 'Delegation not active', code('pending'))
  }
  return has('delegation/acts-as-delegatee') ? account : delegation.fromAccountId
}

/** A server that checks less for some of the callers. */
export function lenient(
  has: Has,
  checked: Has,
  { isDelegated, isBelow }: { isDelegated: boolean; isBelow: boolean },
): Has {
  const isLax = (rule: string): boolean =>
    (isDelegated && has(`register/${rule}-of-delegatees`)) || (isBelow && has(`register/${rule}-below-api`))
  return (name) =>
    checked(name) ||
    (name === 'register/missing-field-accepted' && isLax('missing-field-accepted')) ||
    (name === 'register/values-unchecked' && isLax('values-unchecked'))
}

export function checkDelegationType(has: Has, body: JsonObject): void {
  const id = body['delegationId']
  if (id === undefined || typeof id === 'string' || (id === null && has('delegation/null-accepted'))) return
  throw new Refusal(400, 'Invalid parameters')
}
