import type { OpenAPIV3_1 } from 'openapi-types'
import type { JsonObject } from './api.ts'
import { isObject } from './pointer.ts'
import { textOf } from './text-of.ts'

/**
 * What our documents carry beyond OpenAPI 3.1 and Arazzo 1.0, each with its shape in `docs/extensions.md`. A document of
 * somebody else needs none of them.
 */
export const extensionNames = [
  'x-inferred',
  'x-open',
  'x-collections',
  'x-variables',
  'x-scenarios',
  'x-limits',
  'x-needs',
  'x-inputs',
  'x-undoes',
  'x-cleanup',
  'x-allowReserved',
] as const

/** A document with the extensions that stand at its root. */
type ExtendedDocument = OpenAPIV3_1.Document & {
  readonly 'x-variables'?: Readonly<Record<string, OpenAPIV3_1.ExampleObject & { once?: boolean; own?: boolean }>>
  readonly 'x-collections'?: Readonly<Record<string, { key: string; schema: OpenAPIV3_1.SchemaObject }>>
}

/** A value that differs on a real server; a target file replaces it by name. */
export interface Variable {
  readonly name: string
  readonly value: unknown
  readonly description: string
  /** It can be used up for good. */
  readonly once: boolean
  /** It names a row of our fixtures that another server may lack. */
  readonly own: boolean
}

/** `x-variables` of a document, in its order; none where there are none. */
export function variablesIn(document: JsonObject): Variable[] {
  const source: unknown = (document as Partial<ExtendedDocument>)['x-variables']
  if (!isObject(source)) return []
  return Object.entries(source)
    .filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
    .map(([name, { value, description, once, own }]) => ({
      name,
      value,
      description: textOf(description ?? ''),
      once: once === true,
      own: own === true,
    }))
}

/** The values of `x-variables` by name. */
export function variableValues(document: JsonObject): Record<string, unknown> {
  return Object.fromEntries(variablesIn(document).map(({ name, value }) => [name, value]))
}

/** What `x-open` of a schema or parameter says beside the reasons for its keywords, which `openAt` reads. */
export interface Openness {
  /** The rule beyond the schema that decides over the value. */
  readonly rule?: string
  /** A pattern of further strings that servers may take. */
  readonly accepts?: RegExp
  /** A header, in lower case, from which servers may take the value as well. */
  readonly instead?: string
}

/** `x-open: { rule, accepts, instead }` of a schema or parameter. */
export function opennessOf(owner: JsonObject): Openness {
  const open = owner['x-open']
  if (!isObject(open)) return {}
  const { rule, accepts, instead } = open
  return {
    ...(typeof rule === 'string' && { rule }),
    ...(typeof accepts === 'string' && { accepts: new RegExp(accepts, 'u') }),
    ...(typeof instead === 'string' && { instead: instead.toLowerCase() }),
  }
}

/** `x-limits` of a response 413: what a body, a form and a file may have at most. */
export interface Limits {
  readonly bytes?: number
  readonly files?: number
  readonly fileBytes?: number
}

/** `x-limits` of a response; empty where it says nothing. */
export function limitsOf(response: unknown): Limits {
  const limits = isObject(response) ? response['x-limits'] : undefined
  if (!isObject(limits)) return {}
  const { bytes, files, fileBytes } = limits
  return {
    ...(typeof bytes === 'number' && { bytes }),
    ...(typeof files === 'number' && { files }),
    ...(typeof fileBytes === 'number' && { fileBytes }),
  }
}

/** `x-undoes` of a link: the call that it describes takes back what this one has done. */
export function undoes(link: JsonObject): boolean {
  return link['x-undoes'] === true
}
