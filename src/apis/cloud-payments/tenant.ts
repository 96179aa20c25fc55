import type { RequestHead } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'

/** A row of the collection `tenants`. */
export interface Tenant {
  readonly name: string
  readonly apiKey: string
  readonly passwordRule: PasswordRule
}

/** Lengths are counted in characters. */
export interface PasswordRule {
  readonly minLength: number
  readonly maxLength: number
  readonly minSpecialCharacters: number
}

/** The tenant that the request names, as it was sent. */
export function tenantNameOf(request: RequestHead): string | undefined {
  const value = request.headers['tenantname']
  return typeof value === 'string' ? value : undefined
}

export function tenantNamed(state: State, name: string | undefined): Tenant | undefined {
  return name === undefined ? undefined : asTenant(state.collection('tenants').get(name))
}

export function tenantOfKey(state: State, apiKey: unknown): Tenant | undefined {
  if (typeof apiKey !== 'string') return undefined
  return asTenant(state.collection('tenants').find({ where: { '/apiKey': apiKey }, limit: 1 })[0])
}

/** Why the rule refuses the password, without repeating it. */
export function objectionToPassword(rule: PasswordRule, password: string): string | undefined {
  const characters = Array.from(password)
  const special = characters.filter((character) => !/^[\p{L}\p{Nd}]$/u.test(character)).length
  const fits =
    characters.length >= rule.minLength && characters.length <= rule.maxLength && special >= rule.minSpecialCharacters
  if (fits) return undefined
  return `password must have ${rule.minLength} to ${rule.maxLength} characters, at least ${rule.minSpecialCharacters} of them neither letter nor digit.`
}

/** The store holds rows that the schema of the collection has validated. */
function asTenant(row: unknown): Tenant | undefined {
  return row as Tenant | undefined
}
