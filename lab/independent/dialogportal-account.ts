import type { Target } from './dialogportal-call.ts'
import { ENTITIES, EXTERNAL } from './dialogportal-contract.ts'
import { Crash, type Has } from './protocol.ts'

export function accountProblem(account: Target['account'], has: Has): string | undefined {
  if ('entityId' in account) {
    const sent = decoded(account.entityId, has) ?? ''
    const id = has('account/wraps-at-32-bits') && /^\d+$/.test(sent) ? String(BigInt.asIntN(32, BigInt(sent))) : sent
    if (has('account/words-crash') && !/^\d+$/.test(id)) throw new Crash(new Error('not a number'))
    if (has('account/entities-by-prefix') && ENTITIES.some((each) => id.startsWith(each))) return undefined
    if (has('account/first-entity-only')) return id === ENTITIES[0] ? undefined : '404.1'
    return ENTITIES.includes(id) ? undefined : '404.1'
  }
  const once = decoded(account.key, has)
  const key = has('account/keys-decoded-twice') && once !== undefined ? decoded(once, has) : once
  const type = decoded(account.type, has) ?? ''
  const unknown = has('account/external-is-404.1') ? '404.1' : '404.2'
  if (key === undefined) return unknown
  const keys = has('account/any-external-type') ? [...EXTERNAL.values()] : [EXTERNAL.get(type)]
  const same = has('account/keys-any-case')
    ? (known?: string) => known?.toLowerCase() === key.toLowerCase()
    : (known?: string) => known === key
  const longer = has('account/keys-by-prefix') && keys.some((each) => each !== undefined && key.startsWith(each))
  const shorter = has('account/keys-by-part') && keys.some((each) => each?.startsWith(key))
  return keys.some(same) || longer || shorter ? undefined : unknown
}

export function decoded(segment: string, has: Has): string | undefined {
  if (has('account/keys-not-decoded')) return segment
  if (has('account/slash-not-decoded') && /%2f/i.test(segment)) return segment
  try {
    return decodeURIComponent(has('account/plus-is-a-blank') ? segment.replaceAll('+', ' ') : segment)
  } catch (error) {
    if (has('account/bad-encoding-crashes')) throw new Crash(error)
    return undefined
  }
}
