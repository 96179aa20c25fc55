import { refuse, type Refusal } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'
import type { Actor, Delegation } from './actor.ts'
import { isUploaded, type DocumentPath } from './document.ts'
import { readValue, type FieldProblem } from './field-value.ts'
import type { FormField } from './form-field.ts'
import type { Interaction } from './interaction.ts'

type Source = 'newValue' | 'vaultCurrentValue'

/** One field as the body has it. */
export interface SubmittedField {
  readonly source?: Source
  readonly path: string
  readonly value?: unknown
}

/** A submitted field that the form has, with its value as it is understood. */
export interface FormEntry {
  readonly field: FormField
  readonly source: Source
  readonly value: unknown
}

export interface FilledForm {
  readonly kind: 'form'
  /** In the order of the request. */
  readonly entries: readonly FormEntry[]
}

type FieldFailure = FieldProblem | 'missing' | 'readonly' | 'notAuthorized'

/** Status and text by the last part of the code `interaction.field.…`. */
const failures: Readonly<Record<FieldFailure, readonly [status: number, text: string]>> = {
  missing: [400, 'Missing required field'],
  empty: [400, 'Missing value for field'],
  invalid: [400, 'Value of invalid data type for field'],
  'invalid.format': [400, 'Invalid format for field'],
  'invalid.value': [400, 'Invalid value for field'],
  readonly: [403, 'Delegated field not writable'],
  notAuthorized: [403, 'Delegated field denied access'],
}

/**
 * Holds the submitted fields against the form, in the order of the form; the first failure is the answer. Paths that the
 * form lacks are ignored, and of several fields with one path the first counts.
 */
export function readForm(
  state: State,
  interaction: Interaction,
  actor: Actor,
  fields: readonly SubmittedField[],
): FilledForm | Refusal {
  const submitted = firstByPath(fields)
  const entries = new Map<string, FormEntry>()
  for (const field of interaction.fields) {
    const read = readField(state, actor, field, submitted.get(field.path))
    if (typeof read === 'string') return fieldRefusal(read, field)
    if (read) entries.set(field.path, read)
  }
  return { kind: 'form', entries: [...submitted.keys()].flatMap((path) => entries.get(path) ?? []) }
}

function firstByPath(fields: readonly SubmittedField[]): Map<string, SubmittedField> {
  const first = new Map<string, SubmittedField>()
  for (const field of fields) if (!first.has(field.path)) first.set(field.path, field)
  return first
}

function readField(
  state: State,
  actor: Actor,
  field: FormField,
  submitted: SubmittedField | undefined,
): FormEntry | FieldFailure | undefined {
  if (submitted === undefined) return field.optional || field.type === 'static' ? undefined : 'missing'
  const { source = 'vaultCurrentValue' } = submitted
  if (field.type === 'static') return { field, source, value: null }
  const denied = objectionOf(actor.delegation, field, source)
  if (denied) return denied
  const read = readValue(field, submitted.value)
  if ('problem' in read) return read.problem
  const known = field.type !== 'doc' || areUploaded(state, actor, read.value as readonly DocumentPath[])
  return known ? { field, source, value: read.value } : 'invalid.value'
}

function areUploaded(state: State, actor: Actor, documents: readonly DocumentPath[]): boolean {
  const accountIds = [actor.accountId, actor.currentAccountId]
  return documents.every((document) => isUploaded(state, document, accountIds))
}

/** What the role of the delegation forbids; answers to the business itself are nobody's vault and free to all. */
function objectionOf(
  delegation: Delegation | undefined,
  field: FormField,
  source: Source,
): 'readonly' | 'notAuthorized' | undefined {
  if (!delegation || delegation.delegationRole === 'Super' || field.type === 'qa' || field.type === 'range')
    return undefined
  const isNew = source === 'newValue'
  if (delegation.delegationRole === 'Normal') return isNew ? 'readonly' : undefined
  const group = field.path.split('.')[1]
  const permission = delegation.permissions?.find(({ jsonpath }) => jsonpath === group)
  if (permission?.write) return undefined
  if (!permission?.read) return 'notAuthorized'
  return isNew ? 'readonly' : undefined
}

function fieldRefusal(failure: FieldFailure, { displayName, path }: FormField): Refusal {
  const [status, text] = failures[failure]
  return refuse(status, `${text}: ${displayName} (${path})`, { code: `interaction.field.${failure}` })
}
