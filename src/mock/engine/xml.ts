import { createRequire } from 'node:module'
import type * as XmlPackage from 'fast-xml-parser'
import type { JsonObject, Pointer } from '../../openapi/api.ts'
import { decodeText } from '../../openapi/parameter.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import { foldedShape } from '../../openapi/sample-shape.ts'
import type { ParsedBody } from './json-body.ts'

const ATTRIBUTE = '@_'
const TEXT = '#text'
const common = { ignoreAttributes: false, attributeNamePrefix: ATTRIBUTE, textNodeName: TEXT } as const
const require = createRequire(import.meta.url)

/** The package is loaded with the first body that is XML. */
function library(): typeof XmlPackage {
  return require('fast-xml-parser') as typeof XmlPackage
}

/** A value as XML, by the `xml` objects of its schema (OpenAPI 3.1, section 4.8.26). */
export function toXml(root: JsonObject, pointer: Pointer | undefined, value: unknown): string {
  const schema = pointer === undefined ? {} : valueAt(root, pointer)
  const { schema: shape, refs } = foldedShape(root, schema, 0)
  const name = nameOf(shape, refs[0]?.split('/').at(-1) ?? 'root')
  const builder = new (library().XMLBuilder)({ ...common, suppressEmptyNode: true })
  const node = Array.isArray(value) ? listNode(root, shape, value, name) : nodeOf(root, shape, value)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [name]: node })}`
}

/** The value that XML has by the `xml` objects of a schema. An element of a schema's type becomes that type, if it can. */
export function fromXml(root: JsonObject, pointer: Pointer | undefined, text: string): ParsedBody {
  // Entities that a document declares itself are what bombs are made of, and no API needs them.
  if (/<!DOCTYPE/i.test(text)) return { problem: 'the body has a DOCTYPE, which is not read' }
  const { XMLParser, XMLValidator } = library()
  const checked = XMLValidator.validate(text)
  if (checked !== true)
    return { problem: `the body is not well-formed XML: ${checked.err.msg} (line ${checked.err.line})` }
  try {
    const parser = new XMLParser({
      ...common,
      parseTagValue: false,
      parseAttributeValue: false,
      ignoreDeclaration: true,
      ignorePiTags: true,
    })
    const [node] = Object.values(parser.parse(text) as JsonObject)
    return { value: valueOf(root, pointer === undefined ? {} : valueAt(root, pointer), node) }
  } catch (error) {
    return { problem: `the body cannot be read as XML: ${(error as Error).message}` }
  }
}

/** The name of an element or attribute, with its prefix. */
function nameOf(shape: JsonObject, otherwise: string): string {
  const { name = otherwise, prefix } = xmlOf(shape)
  const plain = String(name).replaceAll(/[^\w.-]/g, '_')
  return typeof prefix === 'string' && prefix !== '' ? `${prefix}:${plain}` : plain
}

function xmlOf({ xml }: JsonObject): JsonObject {
  return isObject(xml) ? xml : {}
}

function isAttribute(shape: JsonObject): boolean {
  const { attribute, nodeType } = xmlOf(shape)
  return attribute === true || nodeType === 'attribute'
}

function isWrapped(shape: JsonObject): boolean {
  const { wrapped, nodeType } = xmlOf(shape)
  return wrapped === true || nodeType === 'element'
}

function namespaceOf(shape: JsonObject): JsonObject {
  const { namespace, prefix } = xmlOf(shape)
  if (typeof namespace !== 'string') return {}
  return { [`${ATTRIBUTE}xmlns${typeof prefix === 'string' && prefix !== '' ? `:${prefix}` : ''}`]: namespace }
}

function nodeOf(root: JsonObject, shape: JsonObject, value: unknown): unknown {
  if (!isObject(value)) return Array.isArray(value) ? value : textNode(shape, value)
  const properties = isObject(shape['properties']) ? shape['properties'] : {}
  const node: Record<string, unknown> = { ...namespaceOf(shape) }
  for (const [property, each] of Object.entries(value)) {
    if (each === undefined) continue
    const { schema } = foldedShape(root, properties[property] ?? {}, 0)
    const name = nameOf(schema, property)
    if (isAttribute(schema)) node[ATTRIBUTE + name] = String(each)
    else if (!Array.isArray(each)) node[name] = nodeOf(root, schema, each)
    else if (isWrapped(schema)) node[name] = listNode(root, schema, each, name)
    else Object.assign(node, unwrapped(root, schema, each, name))
  }
  return node
}

function textNode(shape: JsonObject, value: unknown): unknown {
  const namespace = namespaceOf(shape)
  const text = value === null ? '' : String(value)
  return Object.keys(namespace).length > 0 ? { ...namespace, [TEXT]: text } : text
}

/** The items of a list inside one element. */
function listNode(root: JsonObject, shape: JsonObject, list: readonly unknown[], name: string): unknown {
  const { schema } = foldedShape(root, shape['items'], 0)
  return { ...namespaceOf(shape), [nameOf(schema, name)]: list.map((each) => nodeOf(root, schema, each)) }
}

function unwrapped(root: JsonObject, shape: JsonObject, list: readonly unknown[], name: string): JsonObject {
  const { schema } = foldedShape(root, shape['items'], 0)
  return { [nameOf(schema, name)]: list.map((each) => nodeOf(root, schema, each)) }
}

function valueOf(root: JsonObject, declared: unknown, node: unknown): unknown {
  const { schema } = foldedShape(root, declared, 0)
  const types = [schema['type']].flat().map(String)
  if (types.includes('array')) return itemsOf(root, schema, node, undefined)
  if (isObject(schema['properties']) || types.includes('object')) return objectOf(root, schema, node)
  if (isObject(node) && !(TEXT in node) && schema['type'] === undefined) return objectOf(root, schema, node)
  const text = isObject(node) ? String(node[TEXT] ?? '') : String(node ?? '')
  return decodeText(text, { own: types, items: [], rest: undefined, members: {} })
}

function objectOf(root: JsonObject, shape: JsonObject, node: unknown): unknown {
  if (!isObject(node)) return node === '' ? {} : node
  const properties = isObject(shape['properties']) ? shape['properties'] : {}
  const value: Record<string, unknown> = {}
  const used = new Set<string>()
  for (const [property, declared] of Object.entries(properties)) {
    const { schema } = foldedShape(root, declared, 0)
    const isList = [schema['type']].flat().includes('array')
    const inner = isList && !isWrapped(schema) ? foldedShape(root, schema['items'], 0).schema : undefined
    const key = isAttribute(schema)
      ? ATTRIBUTE + nameOf(schema, property)
      : nameOf(inner ?? schema, nameOf(schema, property))
    if (!Object.hasOwn(node, key)) continue
    used.add(key)
    value[property] = isList ? itemsOf(root, schema, node[key], property) : valueOf(root, declared, node[key])
  }
  for (const [name, each] of Object.entries(node))
    if (!used.has(name) && name !== TEXT && !name.startsWith(`${ATTRIBUTE}xmlns`))
      value[name.replace(ATTRIBUTE, '')] = each
  return value
}

/** The items of a list: the children of its element if it is wrapped (or the whole body), or the elements themselves. */
function itemsOf(root: JsonObject, shape: JsonObject, node: unknown, property: string | undefined): unknown[] {
  const { schema } = foldedShape(root, shape['items'], 0)
  const inWrapper = property === undefined || isWrapped(shape)
  // A wrapped list gives its own name to items that have none (OpenAPI 3.1, 4.8.26.2).
  const name = nameOf(schema, property === undefined ? '' : nameOf(shape, property))
  const children = inWrapper && isObject(node) ? (node[name] ?? Object.values(node)[0]) : node
  const list = children === undefined || (inWrapper && children === '') ? [] : [children].flat()
  return list.map((each) => valueOf(root, shape['items'], each))
}
