import type { Transaction } from './dialogportal-call.ts'
import type { Has } from './protocol.ts'

export function schemaProblem(body: Transaction, has: Has): string | undefined {
  return (
    typeIdProblem(body['transactionTypeID'], has) ??
    dateProblem(body['transactionDate'], has) ??
    valueProblem(body['value'], has) ??
    textProblem(body, 'reference', has) ??
    textProblem(body, 'text', has) ??
    extraProblem(body['extra'], has) ??
    strangerProblem(body, has)
  )
}

function typeIdProblem(id: unknown, has: Has): string | undefined {
  if (id === undefined && has('body/type-optional')) return undefined
  if (id === null && has('body/type-null-accepted')) return undefined
  if (typeof id === 'string' && has('body/type-text-accepted') && /^\d+$/.test(id)) return undefined
  if (typeof id === 'number' && has('body/type-fraction-accepted')) return undefined
  return Number.isInteger(id) ? undefined : 'transactionTypeID is no integer'
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function dateProblem(date: unknown, has: Has): string | undefined {
  if (date === undefined && has('body/date-optional')) return undefined
  if (date === null && has('body/date-null-accepted')) return undefined
  if (typeof date === 'number' && has('body/date-number-accepted')) return undefined
  if (typeof date !== 'string') return 'transactionDate is no text'
  if (has('body/date-unchecked')) return undefined
  const forms: readonly (readonly [defect: string, form: RegExp])[] = [
    ['body/date-only-accepted', /^\d{4}-\d\d-\d\d$/],
    ['body/date-offset-accepted', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/],
    ['body/date-zone-optional', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/],
    ['body/date-blank-accepted', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?Z$/],
    ['body/date-impossible-accepted', INSTANT],
  ]
  if (has('body/date-by-parser') && !Number.isNaN(Date.parse(date))) return undefined
  if (forms.some(([defect, form]) => has(defect) && form.test(date))) return undefined
  if (has('body/date-milliseconds-needed') && !/\.\d{3}Z$/.test(date)) return 'transactionDate lacks milliseconds'
  if (has('body/date-milliseconds-refused') && date.includes('.')) return 'transactionDate has milliseconds'
  if (has('body/date-future-refused') && Date.parse(date) > Date.now()) return 'transactionDate is to come'
  if (has('body/date-old-refused') && Date.parse(date) < Date.UTC(2000)) return 'transactionDate is long ago'
  return INSTANT.test(date) && exists(date) ? undefined : 'transactionDate is no UTC instant'
}

/** Whether the day is in the calendar: Date.parse rolls 30 February over. */
function exists(date: string): boolean {
  const time = Date.parse(date)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === date.slice(0, 19)
}

function valueProblem(value: unknown, has: Has): string | undefined {
  if (value === undefined) return has('body/value-needed') ? 'value is missing' : undefined
  if (value === null && has('body/value-null-accepted')) return undefined
  if (
    typeof value === 'string' &&
    has('body/value-text-accepted') &&
    value.trim() !== '' &&
    !Number.isNaN(Number(value))
  )
    return undefined
  if (typeof value === 'boolean' && has('body/value-boolean-accepted')) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'value is no number'
  if (value < 0 && has('body/value-negative-refused')) return 'value is negative'
  if (value === 0 && has('body/value-zero-refused')) return 'value is zero'
  if (value > 1000 && has('body/value-large-refused')) return 'value is large'
  return !Number.isInteger(value) && has('body/value-fraction-refused') ? 'value is a fraction' : undefined
}

function textProblem(body: Transaction, name: 'reference' | 'text', has: Has): string | undefined {
  const value = body[name]
  if (value === undefined) return has(`body/${name}-needed`) ? `${name} is missing` : undefined
  if (value === null && has(`body/${name}-null-accepted`)) return undefined
  if (value === '' && has(`body/${name}-empty-refused`)) return `${name} is empty`
  if (typeof value === 'string' && value.length > 50 && has(`body/${name}-long-refused`)) return `${name} is long`
  if (typeof value === 'string' && /[^ -~]/.test(value) && has(`body/${name}-ascii-only`)) return `${name} is strange`
  if (value !== null && has(`body/${name}-any-type`)) return undefined
  return typeof value === 'string' ? undefined : `${name} is no text`
}

function extraProblem(extra: unknown, has: Has): string | undefined {
  if (extra === undefined || (extra === null && has('body/extra-null-accepted'))) return undefined
  if (Array.isArray(extra)) return has('body/extra-list-accepted') ? undefined : 'extra is a list'
  if (typeof extra === 'string' && has('body/extra-text-accepted')) return undefined
  return typeof extra === 'object' && extra !== null ? undefined : 'extra is no object'
}

const MEMBERS = ['transactionTypeID', 'transactionDate', 'value', 'reference', 'text', 'extra']

function strangerProblem(body: Transaction, has: Has): string | undefined {
  if (!has('body/strangers-refused')) return undefined
  const stranger = Object.keys(body).find((name) => !MEMBERS.includes(name))
  return stranger && `${stranger} is unknown`
}
