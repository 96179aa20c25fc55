import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UnderstudyError } from '../../errors.ts'
import type { JsonObject, Pointer } from '../../openapi/api.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { parseYaml } from '../../openapi/yaml.ts'

/** The file as read. */
export interface RawDocument {
  readonly file: string
  readonly folder: string
  readonly root: JsonObject
}

/** A property of the document together with where it stands, so that each mistake can be named by its place. */
export interface Node {
  readonly document: RawDocument
  readonly pointer: Pointer
  readonly value: unknown
}

/** Reads an Arazzo file. Throws SPEC_UNREADABLE or SPEC_INVALID, with its place, for what is not one. */
export function readDocument(path: string, file: string): RawDocument {
  const parsed = parseYaml(textOfFile(path, file))
  if ('problem' in parsed) throw new UnderstudyError('SPEC_UNREADABLE', `is not valid YAML: ${parsed.problem}`, file)
  const root = parsed.value
  if (!isObject(root)) throw new UnderstudyError('SPEC_INVALID', 'must hold an Arazzo document, an object', file)
  return { file, folder: dirname(path), root }
}

export function invalid(node: Pick<Node, 'document' | 'pointer'>, reason: string): UnderstudyError {
  return new UnderstudyError('SPEC_INVALID', reason, `${node.document.file}#${node.pointer}`)
}

/** The node of a property; its value is `undefined` when the object lacks it. */
export function member(node: Node, name: string): Node {
  const value = isObject(node.value) ? node.value[name] : undefined
  return { document: node.document, pointer: pointerTo(node.pointer, name), value }
}

export function items(node: Node): Node[] {
  if (node.value === undefined) return []
  if (!Array.isArray(node.value)) throw invalid(node, 'must be an array')
  return node.value.map((value, index) => ({ document: node.document, pointer: pointerTo(node.pointer, index), value }))
}

export function members(node: Node): [string, Node][] {
  if (node.value === undefined) return []
  return Object.keys(objectAt(node)).map((name) => [name, member(node, name)])
}

export function objectAt(node: Node): JsonObject {
  if (!isObject(node.value)) throw invalid(node, 'must be an object')
  return node.value
}

export function textAt(node: Node): string {
  if (typeof node.value !== 'string' || node.value === '') throw invalid(node, 'must be a string')
  return node.value
}

export function optionalText(node: Node): string | undefined {
  return node.value === undefined ? undefined : textAt(node)
}

export function flagAt(node: Node): boolean {
  if (node.value !== undefined && typeof node.value !== 'boolean') throw invalid(node, 'must be true or false')
  return node.value === true
}

export function oneOf<Value extends string>(node: Node, values: readonly Value[]): Value {
  const found = values.find((value) => value === node.value)
  if (found === undefined) throw invalid(node, `must be one of ${values.join(', ')}`)
  return found
}

/** The name of a workflow or step. */
export function identifierAt(node: Node): string {
  const id = textAt(node)
  if (!/^[\w-]+$/.test(id)) throw invalid(node, 'must consist of letters, digits, - and _')
  return id
}

/** A number, 0 or more; the fallback where there is none. */
export function numberAt(node: Node, fallback: number): number {
  if (node.value === undefined) return fallback
  if (typeof node.value !== 'number' || node.value < 0) throw invalid(node, 'must be a number, 0 or more')
  return node.value
}

/** The name without the `$workflows.` or `$sourceDescriptions.<name>.` that it may have in front. */
export function ownName(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

/** Throws where the object has a property that its kind does not know; `x-…` is always fine. */
export function onlyMembers(node: Node, known: readonly string[]): void {
  const stray = Object.keys(objectAt(node)).find((name) => !known.includes(name) && !name.startsWith('x-'))
  if (stray !== undefined) throw invalid(member(node, stray), `is not known here; known are ${known.join(', ')}`)
}

/** Follows a JSON Schema `$ref` within the document. */
export function followRef(node: Node): Node {
  if (!isObject(node.value) || typeof node.value['$ref'] !== 'string') return node
  const target = pointerOfRef(node.value['$ref'])
  const value = target === undefined ? undefined : valueAt(node.document.root, target)
  if (target === undefined || value === undefined)
    throw invalid(member(node, '$ref'), 'points at nothing in this document')
  return { document: node.document, pointer: target, value }
}

/** Runs a parser whose errors only say what is wrong, and adds where. */
export function located<Result>(node: Node, parse: () => Result): Result {
  try {
    return parse()
  } catch (error) {
    if (error instanceof UnderstudyError) throw error
    throw invalid(node, (error as Error).message)
  }
}

function textOfFile(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UnderstudyError('SPEC_UNREADABLE', `cannot be read (${(error as NodeJS.ErrnoException).code})`, file)
  }
}
