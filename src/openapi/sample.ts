import type { JsonObject } from './api.ts'
import { pointerTo } from './pointer.ts'
import type { Plan } from './sample-plan.ts'
import { makeValue } from './sample-value.ts'
import type { Words } from './sample-words.ts'
import type { SchemaError, Validator } from './validator.ts'

export interface SampleOptions {
  /** What the value is for: samples of different names differ, of the same name are the same. */
  readonly name: string
  /** Judges the whole; default: anything is valid. */
  readonly validate?: Validator
  /** In a request nothing stands that only the server sets (`readOnly`), in an answer nothing that is only sent (`writeOnly`). */
  readonly direction?: 'request' | 'answer'
  /**
   * `required` leaves out what may be left out; `stored` has what a server adds to what it was sent as well: defaults and
   * `readOnly` properties. Default: all properties, down to a depth of four.
   */
  readonly properties?: 'all' | 'required' | 'stored'
  /** What the value has to have, wherever its schema allows it. */
  readonly sent?: unknown
  /** A whole example to take values from before those of the schema. */
  readonly hint?: unknown
  /** Whether examples and defaults are passed over. */
  readonly isInvented?: boolean
  /** Whether invented values are the first that come to mind, the same under every name (1, and not 58), and defaults of nothing count. */
  readonly isPlain?: boolean
  /** Words instead of the sampler's own. */
  readonly words?: Words
  /** Strings by their format instead of the sampler's own. */
  readonly formats?: Readonly<Record<string, string>>
}

export interface Sample {
  readonly value: unknown
  /** What even the best value that was found breaks; empty where it is valid. */
  readonly errors: readonly SchemaError[]
}

const MAX_ATTEMPTS = 24

/**
 * The one answer to what a value of a schema looks like: what the document gives (constant, example, default) before what is
 * invented by type, format and name. A value that its validator rejects is mended at the places that it names, up to a limit.
 */
export function sampleOf(root: JsonObject, schema: unknown, options: SampleOptions): Sample {
  const plan = createPlan(root, options)
  let best: Sample | undefined
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    plan.given.clear()
    plan.alternatives.clear()
    plan.nodes = 0
    const value = makeValue(plan, schema, { sent: options.sent, hint: options.hint })
    const errors = options.validate?.(value) ?? []
    if (errors.length === 0) return { value, errors }
    if (best === undefined || errors.length < best.errors.length) best = { value, errors }
    for (const error of errors) mend(plan, error)
  }
  return best as Sample
}

function createPlan(
  root: JsonObject,
  { name, direction = 'answer', properties = 'all', isInvented = false, isPlain = false, words, formats = {} }: SampleOptions,
): Plan {
  return {
    root,
    name,
    words,
    formats,
    hidden: direction === 'request' ? 'readOnly' : 'writeOnly',
    properties,
    isInvented,
    isPlain,
    given: new Set(),
    alternatives: new Map(),
    refused: new Set(),
    branches: new Map(),
    sparse: new Set(),
    dropped: new Set(),
    added: new Set(),
    tries: new Map(),
    nodes: 0,
  }
}

/** Changes the plan where a value broke its schema, so that the next one differs there. */
function mend(plan: Plan, { at, keyword, params }: SchemaError): void {
  const missing = params['missingProperty'] ?? params['missing']
  const surplus = params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['propertyName']
  if (typeof missing === 'string' && !plan.added.has(pointerTo(at, missing))) {
    plan.added.add(pointerTo(at, missing))
    plan.dropped.delete(pointerTo(at, missing))
    return
  }
  if (typeof surplus === 'string' && !plan.dropped.has(pointerTo(at, surplus))) {
    plan.dropped.add(pointerTo(at, surplus))
    return
  }
  const given = longestPrefix(at, plan.given)
  if (given !== undefined) return void plan.refused.add(given)
  if (['oneOf', 'not', 'maxProperties'].includes(keyword) && !plan.sparse.has(at)) {
    plan.sparse.add(at)
    return
  }
  const choice = longestPrefix(at, plan.alternatives)
  if (choice !== undefined) {
    const next = (plan.branches.get(choice) ?? 0) + 1
    plan.branches.set(choice, next)
    // Each alternative is tried in full and then with its required properties only.
    if (next % (plan.alternatives.get(choice) ?? 1) === 0) plan.sparse.add(choice)
    else plan.sparse.delete(choice)
  }
  plan.tries.set(at, (plan.tries.get(at) ?? 0) + 1)
}

function longestPrefix(at: string, places: { keys(): Iterable<string> }): string | undefined {
  let found: string | undefined
  for (const place of places.keys()) {
    const holds = place === at || place === '' || at.startsWith(`${place}/`)
    if (holds && (found === undefined || place.length > found.length)) found = place
  }
  return found
}
