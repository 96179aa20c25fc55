import { ASSUMPTION } from '../../openapi/assumption.ts'
import { basename } from 'node:path'
import type { Api, JsonObject, Pointer } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, pointerOfRef, pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import { yamlOf } from '../../openapi/yaml.ts'

/** What the spec itself says at the place that a finding points to. */
export interface SpecText {
  /** `polis.yaml#/paths/…`. */
  readonly where: string
  /** The description that stands on the place, or the nearest one above it. */
  readonly description: string | undefined
  /** The place as YAML, cut to what can be read at a glance. */
  readonly excerpt: string
  /** Why it is an assumption, if it is one. */
  readonly why: string | undefined
}

const MAX_LINES = 24
const MAX_DEPTH = 5
/** Shown apart, or too long to be of help. */
const LEFT_OUT = new Set(['description', 'summary', 'examples', 'example', 'x-scenarios', ASSUMPTION, 'links'])

export function specTextAt(api: Pick<Api, 'document' | 'placeOf'>, pointer: Pointer): SpecText {
  const way = wayTo(api.document, pointer)
  const last = way.at(-1)
  const keyword = last !== undefined && !isObject(last.value) ? last.token : undefined
  const holder = keyword === undefined ? last?.value : way.at(-2)?.value
  const place = api.placeOf(pointer)
  const shown = keyword === undefined ? holder : { [keyword]: last?.value }
  return {
    where: `${basename(place.file)}#${place.pointer}`,
    description: describing(way),
    excerpt: cut(yamlOf(pruned(shown, MAX_DEPTH), { lineWidth: 100 }).trimEnd()),
    why: assumptionAt(api.document, pointer),
  }
}

interface Place {
  readonly token: string
  readonly value: unknown
}

/** Every value on the way to the place, as far as the way leads; references are followed. */
function wayTo(document: JsonObject, pointer: Pointer): Place[] {
  const way: Place[] = []
  let node: unknown = document
  for (const token of tokensOf(pointer)) {
    const value = followed(document, valueAt(node, pointerTo('', token)))
    if (value === undefined) break
    way.push({ token, value })
    node = value
  }
  return way
}

function followed(document: JsonObject, value: unknown, depth = 0): unknown {
  if (!isObject(value) || typeof value['$ref'] !== 'string' || Object.keys(value).length > 1 || depth > 8) return value
  const target = pointerOfRef(value['$ref'])
  return target === undefined ? value : followed(document, valueAt(document, target), depth + 1)
}

function describing(way: readonly Place[]): string | undefined {
  for (const { value } of way.toReversed()) {
    if (!isObject(value)) continue
    const text = [value['description'], value['summary']].find((each) => typeof each === 'string' && each.trim() !== '')
    if (typeof text === 'string') return text.trim()
  }
  return undefined
}

function pruned(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return depth === 0 ? '…' : value.map((each) => pruned(each, depth - 1))
  if (!isObject(value)) return value
  if (depth === 0) return '…'
  const kept = Object.entries(value).filter(([name]) => !LEFT_OUT.has(name))
  return Object.fromEntries(kept.map(([name, each]) => [name, pruned(each, depth - 1)]))
}

function cut(text: string): string {
  const lines = text.split('\n')
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '…'].join('\n') : text
}
