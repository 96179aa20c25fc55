import type { Ajv2020, AnySchema, ValidateFunction } from 'ajv/dist/2020.js'
import { DISCRIMINATED, isDiscriminated } from './discriminator.ts'
import { formats } from './formats.ts'
import { withOwnNames } from './inherited-names.ts'
import type { JsonObject, Pointer } from './json.ts'
import { nestings, shapes } from './keywords.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from './pointer.ts'
import { textOf } from './text-of.ts'

/** The schemas of a document as Ajv gets them: each that is asked for, and each that a reference leads to, on its own. */
export interface SchemaUnits {
  /** Compiles the schema at a pointer, and what it refers to. */
  compile(pointer: Pointer): ValidateFunction
  /** The same, with each plain reference replaced by `once`, a keyword whose value is the pointer of what it refers to. */
  compileWith(pointer: Pointer, once: string): ValidateFunction
  /** Where a schema stands that Ajv names in an error. */
  placeOf(schema: unknown): Pointer
}

/**
 * Ajv sees copies of schemas only, never the document around them: neither what examples have in them nor what only readers
 * need, and no more of a large document than is used.
 */
export function createSchemaUnits(root: JsonObject, ajv: () => Ajv2020): SchemaUnits {
  const places = new Map<unknown, Pointer>()
  const ids = new Map<Pointer, string>()
  const pending: Pointer[] = []
  const idOf = (pointer: Pointer): string => {
    let id = ids.get(pointer)
    if (id === undefined) {
      ids.set(pointer, (id = `${ORIGIN}${ids.size}`))
      pending.push(pointer)
    }
    return id
  }
  const copy = (pointer: Pointer, once?: string): AnySchema =>
    copySchema({ idOf, places, once }, valueAt(root, pointer), pointer)
  const addPending = (): void => {
    for (let pointer = pending.pop(); pointer !== undefined; pointer = pending.pop())
      ajv().addSchema(copy(pointer), idOf(pointer))
  }
  return {
    compile: (pointer) => {
      const id = idOf(pointer)
      addPending()
      return ajv().getSchema(id) as ValidateFunction
    },
    compileWith: (pointer, once) => {
      const schema = copy(pointer, once)
      addPending()
      return ajv().compile(schema)
    },
    placeOf: (schema) => places.get(schema) ?? '',
  }
}

const ORIGIN = 'spec://schemas/'

/** Keywords that say nothing of what is valid, or that references by pointer have no use for. */
const wordsOnly = new Set([
  '$ref',
  '$defs',
  '$comment',
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'example',
  'discriminator',
  'externalDocs',
  'xml',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
])

interface Copying {
  readonly idOf: (pointer: Pointer) => string
  readonly places: Map<unknown, Pointer>
  readonly once: string | undefined
}

function copySchema(copying: Copying, schema: unknown, pointer: Pointer): AnySchema {
  if (!isObject(schema)) return schema !== false
  const { $ref: ref } = schema
  const target = typeof ref === 'string' ? pointerOfRef(ref) : undefined
  if (target !== undefined && copying.once !== undefined && !hasConstraints(schema)) return { [copying.once]: target }
  // `unevaluated…` has to see what a `$ref` beside or below it has evaluated, which only a real `$ref` tells.
  const below = 'unevaluatedProperties' in schema || 'unevaluatedItems' in schema ? { ...copying, once: undefined } : copying
  const copied: Record<string, unknown> = {}
  if (target !== undefined) copied['$ref'] = copying.idOf(target)
  for (const keyword of Object.keys(schema)) {
    if (wordsOnly.has(keyword)) continue
    if (Object.hasOwn(nestings, keyword)) copied[keyword] = copyNested(below, keyword, schema[keyword], pointerTo(pointer, keyword))
    else if (keyword === 'format' ? formats.has(textOf(schema[keyword])) : Object.hasOwn(shapes, keyword))
      copied[keyword] = schema[keyword]
  }
  if (isDiscriminated(schema)) discriminate(copied, pointer)
  const unit = withOwnNames(copied)
  copying.places.set(unit, pointer)
  return unit
}

/** Which of the alternatives counts is for the keyword to say; that a value is valid by several is no fault then. */
function discriminate(copied: Record<string, unknown>, pointer: Pointer): void {
  const { oneOf } = copied
  copied[DISCRIMINATED] = pointer
  if (oneOf === undefined || 'anyOf' in copied) return
  delete copied['oneOf']
  copied['anyOf'] = oneOf
}

function copyNested(copying: Copying, keyword: string, value: unknown, pointer: Pointer): unknown {
  switch (nestings[keyword]) {
    case 'list':
      return (value as readonly unknown[]).map((each, index) => copySchema(copying, each, pointerTo(pointer, index)))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as JsonObject).map(([name, each]) => [
          name,
          copySchema(copying, each, pointerTo(pointer, name)),
        ]),
      )
    default:
      return copySchema(copying, value, pointer)
  }
}

/** Whether keywords beside a `$ref` say more than a description does. */
function hasConstraints(schema: JsonObject): boolean {
  return Object.keys(schema).some((name) => !wordsOnly.has(name) && !name.startsWith('x-'))
}
