import { readFileSync } from 'node:fs'
import { UnderstudyError } from '../errors.ts'
import type { JsonObject, Pointer } from './api.ts'
import { isObject, pointerOfRef, valueAt } from './pointer.ts'
import { parseYaml } from './yaml.ts'

/** An OpenAPI document as read, with the name that error messages use for it. */
export interface SpecDocument {
  readonly file: string
  readonly root: JsonObject
  /** `false` where it is known that nothing is marked as an assumption, so that nobody has to look. */
  readonly hasAssumptions?: boolean
}

/** Reads a YAML or JSON file. Throws SPEC_UNREADABLE when it can't be read. */
function readSpecText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UnderstudyError('SPEC_UNREADABLE', `cannot be read (${(error as NodeJS.ErrnoException).code})`, file)
  }
}

/** Reads and parses a file. Throws SPEC_UNREADABLE. */
export function readSpec(path: string, file: string): SpecDocument {
  return parseSpec(readSpecText(path, file), file)
}

/** Parses YAML or JSON. Throws SPEC_UNREADABLE with line and column when it does not parse. */
export function parseSpec(text: string, file: string): SpecDocument {
  const parsed = parseYaml(text)
  if ('problem' in parsed) throw new UnderstudyError('SPEC_UNREADABLE', `is not valid YAML: ${parsed.problem}`, file)
  const root = parsed.value
  if (!isObject(root)) throw new UnderstudyError('SPEC_INVALID', 'must be an OpenAPI document, which is an object', file)
  return { file, root }
}

/** The value at a pointer behind any chain of `$ref`s, and where it stands. Throws SPEC_INVALID for a dangling reference. */
export function resolve(document: SpecDocument, pointer: Pointer): { value: unknown; pointer: Pointer } {
  let current = pointer
  for (const seen = new Set<Pointer>(); !seen.has(current);) {
    seen.add(current)
    const value = valueAt(document.root, current)
    if (!isObject(value) || typeof value['$ref'] !== 'string') return { value, pointer: current }
    current = refTarget(document, current, value['$ref'])
  }
  throw invalid(document, pointer, 'is a circle of $refs')
}

/** Throws SPEC_INVALID when the reference leaves the document or points at nothing. */
export function refTarget(document: SpecDocument, from: Pointer, ref: string): Pointer {
  const target = pointerOfRef(ref)
  if (target === undefined) {
    throw invalid(document, from, `$ref ${JSON.stringify(ref)} leaves the document; bundle it into one file`)
  }
  if (valueAt(document.root, target) === undefined) {
    throw invalid(document, from, `$ref ${JSON.stringify(ref)} points at nothing`)
  }
  return target
}

export function invalid(document: SpecDocument, pointer: Pointer, reason: string): UnderstudyError {
  return new UnderstudyError('SPEC_INVALID', reason, `${document.file}#${pointer}`)
}
