import type { JsonObject } from './api.ts'
import { isObject, pointerTo } from './pointer.ts'
import { leastRandom, randomOf, type Random } from './random.ts'
import { foldedShape } from './sample-shape.ts'
import type { Words } from './sample-words.ts'

/** How a value is to be made, and what was noted while it was: places are JSON pointers into the value. */
export interface Plan {
  readonly root: JsonObject
  readonly name: string
  readonly words: Words | undefined
  readonly formats: Readonly<Record<string, string>>
  readonly hidden: 'readOnly' | 'writeOnly'
  readonly properties: 'all' | 'required' | 'stored'
  readonly isInvented: boolean
  readonly isPlain: boolean
  /** Places whose value the document gives. */
  readonly given: Set<string>
  /** Places with alternatives, and how many. */
  readonly alternatives: Map<string, number>
  /** Places whose given value is not to be taken. */
  readonly refused: Set<string>
  readonly branches: Map<string, number>
  /** Objects that get their required properties only. */
  readonly sparse: Set<string>
  readonly dropped: Set<string>
  readonly added: Set<string>
  /** How often a place was invented anew. */
  readonly tries: Map<string, number>
  /** How many values were made. */
  nodes: number
}

export interface Place {
  readonly at: string
  /** The name of the property, or of what the list is of. */
  readonly name: string
  readonly depth: number
  /** Every reference on the way here. */
  readonly refs: readonly string[]
  /** Which item of a list it is in. */
  readonly index: number
  /** What has to stand here; `undefined` for anything. */
  readonly sent: unknown
  /** What an example of the whole has here. */
  readonly hint: unknown
}

export function placeOf(place: Place, name: string): Place {
  const at = pointerTo(place.at, name)
  return { ...place, at, name, depth: place.depth + 1, sent: partOf(place.sent, name), hint: partOf(place.hint, name) }
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined
}

export function addedTo(plan: Plan, { at }: Place): string[] {
  const prefix = `${at}/`
  return [...plan.added]
    .filter((place) => place.startsWith(prefix) && !place.slice(prefix.length).includes('/'))
    .map((place) => place.slice(prefix.length).replaceAll('~1', '/').replaceAll('~0', '~'))
}

export function isHidden(plan: Plan, property: unknown): boolean {
  return isObject(property) && (property[plan.hidden] === true || isHiddenBehind(plan, property))
}

function isHiddenBehind(plan: Plan, property: JsonObject): boolean {
  return typeof property['$ref'] === 'string' && foldedShape(plan.root, property, 0).schema[plan.hidden] === true
}

export function triesAt(plan: Plan, { at }: Place): number {
  return plan.tries.get(at) ?? 0
}

export function randomAt(plan: Plan, place: Place): Random {
  if (plan.isPlain && triesAt(plan, place) === 0) return leastRandom
  return randomOf(`${plan.name}${place.at}#${triesAt(plan, place)}`)
}
