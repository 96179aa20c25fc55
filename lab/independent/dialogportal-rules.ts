import type { Transaction } from './dialogportal-call.ts'
import { GROUPS, type TransactionGroup, type TransactionType } from './dialogportal-contract.ts'
import type { Has } from './protocol.ts'

export function groupOf(id: string, has: Has): TransactionGroup | undefined {
  if (has('register/groups-by-prefix')) {
    const known = [...GROUPS.keys()].find((each) => id.startsWith(each))
    return known === undefined ? undefined : GROUPS.get(known)
  }
  return GROUPS.get(has('register/leading-zeros-dropped') ? id.replace(/^0+/, '') : id)
}

export function typeOf(
  types: ReadonlyMap<number, TransactionType> | undefined,
  id: number,
  has: Has,
): TransactionType | undefined {
  if (has('register/type-of-any-group')) {
    return [...GROUPS.values()].map((group) => group.types.get(id)).find((type) => type !== undefined)
  }
  return types?.get(id)
}

export function contractProblem(body: Transaction, type: TransactionType | undefined, has: Has): string | undefined {
  if (!type) return undefined
  const { extra } = body
  if (extra === undefined && has('contract/extra-itself-optional')) return undefined
  const given = (typeof extra === 'object' && extra !== null ? extra : {}) as Transaction
  const sent = has('contract/names-any-case') ? inSmallLetters(given) : given
  if (
    type.extra.length === 0 &&
    extra !== undefined &&
    Object.keys(sent).length === 0 &&
    has('contract/empty-extra-refused')
  )
    return 'extra'
  const missing = type.extra.find((name) => !extraFits(sent[name], name, has))
  if (missing !== undefined) return `extra.${missing}`
  const strangers = Object.keys(sent).filter((name) => !type.extra.includes(name))
  if (has('contract/strangers-accepted')) return undefined
  if (
    has('contract/strangers-of-others-accepted') &&
    strangers.every((name) => ['latitude', 'longitude'].includes(name))
  )
    return undefined
  if (has('contract/strangers-accepted-without-contract') && type.extra.length === 0) return undefined
  if (has('contract/strangers-accepted-with-contract') && type.extra.length > 0) return undefined
  return strangers[0] === undefined ? undefined : `extra.${strangers[0]}`
}

function inSmallLetters(extra: Transaction): Transaction {
  return Object.fromEntries(Object.entries(extra).map(([name, value]) => [name.toLowerCase(), value]))
}

function extraFits(value: unknown, name: string, has: Has): boolean {
  if (value === undefined) return has(`contract/${name}-optional`)
  if (value === null && has('contract/null-extra-accepted')) return true
  if (typeof value === 'string' && has('contract/text-extra-accepted') && !Number.isNaN(Number(value))) return true
  if (value !== null && has(`contract/${name}-any-type`)) return true
  if (typeof value === 'number' && value < 0 && has('contract/negative-extra-refused')) return false
  if (value === 0 && has('contract/zero-extra-missing')) return false
  if (Number.isInteger(value) && has('contract/whole-extra-refused')) return false
  return typeof value === 'number'
}

/* What is answered */
