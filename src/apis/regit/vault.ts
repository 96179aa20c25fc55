import { isDeepStrictEqual } from 'node:util'
import type { State } from '../../store/state.ts'
import { readValue } from './field-value.ts'
import type { FormEntry } from './form.ts'
import type { FormField } from './form-field.ts'

type Vault = Readonly<Record<string, unknown>>

export interface UpdatedField {
  readonly path: string
  readonly success: boolean
  readonly status: 'updated' | 'notUpdated'
}

/** Answers and choices that belong to one form only, and what is merely shown. */
const neverStored: ReadonlySet<string> = new Set(['qa', 'range', 'static'])

/** Writes the new values to the account's vault and says of each entry whether the vault has changed. */
export function updateVault(state: State, accountId: string, entries: readonly FormEntry[]): readonly UpdatedField[] {
  const accounts = state.collection('accounts')
  const account = accounts.get(accountId) ?? { accountId, displayName: accountId }
  const vault = (account['vault'] ?? {}) as Vault
  const changes = entries.filter((entry) => isNew(vault, entry))
  if (changes.length > 0) {
    const values = Object.fromEntries(changes.map(({ field, value }) => [field.path, value]))
    accounts.put({ ...account, vault: { ...vault, ...values } })
  }
  return entries.map((entry) => outcome(entry.field.path, changes.includes(entry)))
}

function isNew(vault: Vault, { field, source, value }: FormEntry): boolean {
  return source === 'newValue' && !neverStored.has(field.type) && !isDeepStrictEqual(value, present(vault, field))
}

/** What the vault has, in the form in which submitted values are understood, so that notations do not matter. */
function present(vault: Vault, field: FormField): unknown {
  if (!Object.hasOwn(vault, field.path)) return undefined
  const read = readValue(field, vault[field.path])
  return 'value' in read ? read.value : undefined
}

function outcome(path: string, isUpdated: boolean): UpdatedField {
  return { path, success: isUpdated, status: isUpdated ? 'updated' : 'notUpdated' }
}
