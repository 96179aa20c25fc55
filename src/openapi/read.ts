import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as JsYaml from 'js-yaml'
import { UnderstudyError } from '../errors.ts'

/** What may be read at most; tests set lower ones. */
export interface ReadLimits {
  /** Bytes of one file. */
  readonly bytes: number
  /** How deep objects and arrays may be nested. */
  readonly depth: number
  /** How many values there may be when each YAML alias is written out, beyond which it is an attack. */
  readonly values: number
}

export const readLimits: ReadLimits = { bytes: 256 * 1024 * 1024, depth: 1000, values: 20_000_000 }

/** A text's value, or in one line why it has none and at which line, from 1 on. */
export type ReadValue =
  | {
      readonly value: unknown
      /** What was not right and could be read all the same. */
      readonly slip?: string
    }
  | { readonly problem: string; readonly line: number }

/** Reads a file, `-` being standard input. Throws SPEC_UNREADABLE. */
export function readText(path: string, file: string, limits = readLimits): string {
  return readable(path, file, limits, () => (path === '-' ? standardInput() : readFileSync(path, 'utf8')))
}

let input: string | undefined

/** It can be read once only, and a command may load its documents several times. */
function standardInput(): string {
  return (input ??= readFileSync(0, 'utf8'))
}

/** The SHA-256 of a file, of which no more than a piece is held in memory. Throws SPEC_UNREADABLE. */
export function hashFile(path: string, file: string, limits = readLimits): string {
  return readable(path, file, limits, () => {
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    const descriptor = openSync(path, 'r')
    try {
      for (let length = 1; length > 0;) {
        length = readSync(descriptor, piece)
        hash.update(piece.subarray(0, length))
      }
    } finally {
      closeSync(descriptor)
    }
    return hash.digest('hex')
  })
}

const PIECE_BYTES = 1024 * 1024

function readable<Value>(path: string, file: string, limits: ReadLimits, read: () => Value): Value {
  try {
    const stats = path === '-' ? undefined : statSync(path)
    if (stats && !stats.isFile()) throw new UnderstudyError('SPEC_UNREADABLE', 'is no file', file)
    if (stats && stats.size > limits.bytes)
      throw new UnderstudyError('SPEC_UNREADABLE', `is larger than ${limits.bytes} bytes`, file)
    return read()
  } catch (error) {
    if (error instanceof UnderstudyError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new UnderstudyError('SPEC_UNREADABLE', code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`, file)
  }
}

/** Parses JSON or else YAML 1.2 with merge keys; what JSON.parse can read is not given to the far slower parser of YAML. */
export function parseText(given: string, limits = readLimits): ReadValue {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given
  const json = parseJson(text)
  if (json) return isDeeper(json.value, limits.depth) ? { problem: tooDeep(limits), line: 1 } : json
  const parsed = parseYamlText(text, limits)
  if ('problem' in parsed && looksLikeJson(text))
    return { ...parsed, problem: parsed.problem.replace('is not valid YAML', 'is neither valid JSON nor YAML') }
  if ('problem' in parsed || !text.includes('&')) return parsed
  const problem = problemOfAliases(parsed.value, limits)
  return problem === undefined ? parsed : { problem, line: 1 }
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  if (!looksLikeJson(text)) return undefined
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text)
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  if (Array.isArray(value)) {
    for (const each of value) if (isDeeper(each, depth - 1)) return true
    return false
  }
  for (const name in value) if (isDeeper((value as Record<string, unknown>)[name], depth - 1)) return true
  return false
}

function tooDeep({ depth }: ReadLimits): string {
  return `is nested deeper than ${depth} levels`
}

/** Loaded only when there is YAML to be read. */
function yamlParser(): YamlParser {
  const yaml = createRequire(import.meta.url)('js-yaml') as typeof JsYaml
  return { yaml, schema: yaml.CORE_SCHEMA.withTags(yaml.mergeTag) }
}

interface YamlParser {
  readonly yaml: typeof JsYaml
  readonly schema: JsYaml.Schema
}

let parser: YamlParser | undefined

function parseYamlText(text: string, limits: ReadLimits): ReadValue {
  // A document of 600 files should not make it 600 times.
  const { yaml, schema } = (parser ??= yamlParser())
  const load = (isLax: boolean): unknown =>
    yaml.load(text, { schema, json: isLax, maxDepth: limits.depth, maxAliases: -1, maxTotalMergeKeys: limits.values })
  try {
    return { value: load(false) }
  } catch (error) {
    const found = problemOf(error, limits)
    if (!/duplicate/i.test(found.problem)) return found
    try {
      return { value: load(true), slip: `a key stands twice in one object, first at line ${found.line}` }
    } catch (other) {
      return problemOf(other, limits)
    }
  }
}

function problemOf(error: unknown, limits: ReadLimits): { readonly problem: string; readonly line: number } {
  if (error instanceof RangeError) return { problem: tooDeep(limits), line: 1 }
  const { reason, message, mark } = error as { reason?: string; message: string; mark?: { line?: number; column?: number } }
  const line = (mark?.line ?? 0) + 1
  const [what = ''] = (reason ?? message).split('\n', 1)
  return { problem: `is not valid YAML: ${what}`, line }
}

/** Counts what there is once aliases are written out, looking at each value once: an alias may contain aliases, and so on. */
function problemOfAliases(root: unknown, limits: ReadLimits): string | undefined {
  const sizes = new Map<object, number>()
  const sizeOf = (value: unknown, depth: number): number => {
    if (typeof value !== 'object' || value === null) return 1
    const known = sizes.get(value)
    if (known !== undefined) return known
    // Met again before it is known: it contains itself.
    sizes.set(value, Number.POSITIVE_INFINITY)
    if (depth === 0) return Number.POSITIVE_INFINITY
    let size = 1
    for (const each of Object.values(value)) size += sizeOf(each, depth - 1)
    sizes.set(value, size)
    return size
  }
  const size = sizeOf(root, limits.depth)
  if (size === Number.POSITIVE_INFINITY) return 'has an alias that contains itself, or is nested too deeply'
  return size > limits.values ? `has more than ${limits.values} values once its aliases are written out` : undefined
}
