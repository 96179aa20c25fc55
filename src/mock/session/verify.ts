import { isDeepStrictEqual } from 'node:util'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import { bodyValue, type Journal, type Kept } from './journal.ts'
import { count, object, text } from './json-schema.ts'
import { isSecretProperty, type Redactor } from './redact.ts'

/** What a test claims about the requests that were made. */
export interface Assertion {
  readonly operationId: string
  /** Default: at least one. */
  readonly count?: number | { readonly atLeast?: number; readonly atMost?: number }
  readonly status?: number
  /** Members that the request body must have, at any depth; lists must be equal. */
  readonly body?: unknown
}

/** What `POST /__mock/requests/verify` and the library take. */
export const assertionSchema = object(
  {
    operationId: text,
    count: {
      type: ['integer', 'object'],
      minimum: 0,
      properties: { atLeast: count, atMost: count },
      minProperties: 1,
      additionalProperties: false,
    },
    status: { type: 'integer', minimum: 0, maximum: 599, description: '0 stands for a connection that was dropped.' },
    body: { description: 'Properties that the request body must have, at any depth; arrays must be equal.' },
  },
  ['operationId'],
)

export interface Verdict {
  readonly verified: boolean
  /** How many requests of the journal match. */
  readonly count: number
  /**
   * Requests of the operation that do not match, the latest first, and why not. When the operation was never called: the
   * requests that led to no operation at all.
   */
  readonly nearMisses: readonly NearMiss[]
  readonly reason?: string
}

interface NearMiss {
  readonly id: number
  readonly differences: readonly string[]
}

const MAX_NEAR_MISSES = 10
/** Characters of a value in a near miss. */
const MAX_SHOWN = 300

/** Checks an assertion against the journal; what was evicted could have mattered, so a verdict that hangs on it is a no. */
export function verifyRequests(journal: Journal, assertion: Assertion): Verdict {
  const kept = [...journal.kept()]
  const validated = kept
    .filter(({ recorded }) => recorded.operationId === assertion.operationId)
    .map((entry) => ({ id: entry.id, differences: differencesOf(entry, assertion, journal.redact) }))
  const count = validated.filter(({ differences }) => differences.length === 0).length
  const missed = validated.filter(({ differences }) => differences.length > 0)
  const nearMisses = (validated.length > 0 ? missed : strays(kept, assertion)).toReversed().slice(0, MAX_NEAR_MISSES)
  const { min, max } = bounds(assertion.count)
  const inBounds = count >= min && count <= max
  const uncertain = journal.evicted > 0 && (max !== Number.POSITIVE_INFINITY || count < min)
  if (uncertain) {
    const reason = `${journal.evicted} older requests are no longer in the journal, so this can't be proven`
    return { verified: false, count, nearMisses, reason }
  }
  return inBounds
    ? { verified: true, count, nearMisses }
    : { verified: false, count, nearMisses, reason: `${count} requests match, expected ${expectation(min, max)}` }
}

/** Requests that no operation took: a path that was mistyped looks like an operation that was never called. */
function strays(kept: readonly Kept[], { operationId }: Assertion): NearMiss[] {
  return kept
    .filter(({ recorded }) => recorded.operationId === undefined)
    .map(({ id, recorded: { method, path } }) => ({
      id,
      differences: [`operation: expected ${operationId}, but ${method} ${path} is none`],
    }))
}

function bounds(count: Assertion['count']): { min: number; max: number } {
  if (count === undefined) return { min: 1, max: Number.POSITIVE_INFINITY }
  if (typeof count === 'number') return { min: count, max: count }
  return { min: count.atLeast ?? 0, max: count.atMost ?? Number.POSITIVE_INFINITY }
}

function expectation(min: number, max: number): string {
  if (min === max) return `${min}`
  return max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`
}

function differencesOf({ recorded }: Kept, { status, body }: Assertion, redact: Redactor): string[] {
  const byStatus =
    status === undefined || recorded.status === status ? [] : [`status: expected ${status}, got ${recorded.status}`]
  return body === undefined
    ? byStatus
    : [...byStatus, ...bodyDifferences(body, bodyValue(recorded.requestBody), 'body', redact)]
}

/** Whether a JSON value has what a partial one demands: properties at any depth, arrays as a whole. */
export function isPartOf(expected: unknown, got: unknown): boolean {
  if (!isObject(expected) || !isObject(got)) return isDeepStrictEqual(expected, got)
  return Object.entries(expected).every(([name, value]) => isPartOf(value, got[name]))
}

function bodyDifferences(expected: unknown, got: unknown, where: string, redact: Redactor): string[] {
  if (isObject(expected) && isObject(got)) {
    return Object.entries(expected).flatMap(([name, value]) => {
      const differences = bodyDifferences(value, got[name], pointerTo(where, name), redact)
      return differences.length > 0 && isSecretProperty(name)
        ? [`${pointerTo(where, name)}: is another secret than expected`]
        : differences
    })
  }
  if (isDeepStrictEqual(expected, got)) return []
  return [`${where}: expected ${shown(expected, redact)}, got ${got === undefined ? 'nothing' : shown(got, redact)}`]
}

/** As the journal would show it, and no longer than a line may be. */
function shown(value: unknown, redact: Redactor): string {
  const text = JSON.stringify(typeof value === 'string' ? redact.text(value) : redact.json(value))
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`
}
