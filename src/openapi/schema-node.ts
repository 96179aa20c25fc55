import { createBoundedPatterns, type PatternTest } from './patterns/bounded-patterns.ts'
import { assumptionAt, keywordAssumption, ownAssumption } from './assumption.ts'
import type { JsonObject, Pointer } from './json.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from './pointer.ts'

/** A schema of the document with the ways that lead on from it, looked up once. */
export interface SchemaNode {
  readonly schema: JsonObject
  /** Why what stands here is an assumption, by what stands above it too. */
  readonly why: string | undefined
  readonly ownReason: string | undefined
  readonly target: Pointer | undefined
  readonly all: readonly Edge[]
  /** Those of `anyOf`, and those of `oneOf`. */
  readonly alternatives: readonly (readonly Edge[])[]
  readonly condition: { readonly when: Pointer; readonly then: Edge; readonly otherwise: Edge } | undefined
  readonly dependent: ReadonlyMap<string, Edge>
  readonly properties: ReadonlyMap<string, Edge>
  readonly patterns: readonly { readonly pattern: PatternTest; readonly edge: Edge }[]
  readonly additional: Edge | undefined
  readonly prefix: readonly Edge[]
  readonly items: Edge | undefined
}

export interface Edge {
  readonly pointer: Pointer
  /** Why it is an assumption that the keyword leads there. */
  readonly why: string | undefined
}

/** The schema at a pointer; `undefined` where there is none. */
export function schemaNode(root: JsonObject, pointer: Pointer): SchemaNode | undefined {
  const schema = valueAt(root, pointer)
  if (!isObject(schema)) return undefined
  const edge = (...tokens: readonly (string | number)[]): Edge => ({
    pointer: pointerTo(pointer, ...tokens),
    why: keywordAssumption(schema, ...tokens),
  })
  const list = (keyword: string): Edge[] =>
    Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]).map((_, index) => edge(keyword, index)) : []
  const named = (keyword: string): [string, Edge][] =>
    isObject(schema[keyword]) ? Object.keys(schema[keyword]).map((name) => [name, edge(keyword, name)]) : []
  const single = (keyword: string): Edge | undefined => (isObject(schema[keyword]) ? edge(keyword) : undefined)
  const ref = schema['$ref']
  return {
    schema,
    why: assumptionAt(root, pointer),
    ownReason: ownAssumption(schema),
    target: typeof ref === 'string' ? pointerOfRef(ref) : undefined,
    all: list('allOf'),
    alternatives: [list('anyOf'), list('oneOf')].filter((branches) => branches.length > 0),
    condition:
      'if' in schema
        ? { when: pointerTo(pointer, 'if'), then: edge('then'), otherwise: edge('else') }
        : undefined,
    dependent: new Map(named('dependentSchemas')),
    properties: new Map(named('properties')),
    patterns: named('patternProperties').flatMap(([name, each]) => {
      const pattern = patternOf(name)
      return pattern ? [{ pattern, edge: each }] : []
    }),
    additional: single('additionalProperties'),
    prefix: list('prefixItems'),
    items: single('items'),
  }
}

/** `undefined` for one that this engine cannot read: no name matches it. */
function patternOf(text: string): PatternTest | undefined {
  try {
    return createBoundedPatterns()(text, 'u')
  } catch {
    return undefined
  }
}
