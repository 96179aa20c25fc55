import { createRequire } from 'node:module'
import type * as JsonP3 from 'json-p3'
import { UnderstudyError } from '../errors.ts'
import type { Pointer } from './json.ts'
import type { Notes } from './note.ts'
import { isObject, pointerTo } from './pointer.ts'
import { parseText, readText } from './read.ts'
import { FILES } from './repair/at.ts'
import { type Draft, isDraft } from './repair/draft.ts'
import type { Places } from './repair/places.ts'
import { textOf } from './text-of.ts'

/** An OpenAPI Overlay (1.0 or 1.1), read but not laid over anything. */
export interface Overlay {
  readonly file: string
  readonly text: string
  readonly actions: readonly Draft[]
  /** The document that it is for, where it names one. */
  readonly extended: string | undefined
}

/** Reads an overlay. Throws SPEC_UNREADABLE, or SPEC_INVALID for what is none. */
export function readOverlay(path: string, file: string): Overlay {
  const text = readText(path, file)
  const read = parseText(text)
  if ('problem' in read) throw new UnderstudyError('SPEC_UNREADABLE', `${read.problem} (${file}:${read.line})`, file)
  const root = read.value
  if (!isDraft(root) || !/^1\.[01]\b/.test(textOf(root['overlay'])))
    throw new UnderstudyError('SPEC_INVALID', 'is not an OpenAPI Overlay of version 1.0 or 1.1 (overlay: 1.0.0)', file)
  const { actions, extends: extended } = root
  if (!Array.isArray(actions) || !actions.every((action) => isDraft(action) && typeof action['target'] === 'string'))
    throw new UnderstudyError('SPEC_INVALID', 'must be an array of actions, each with a target', `${file}#/actions`)
  return { file, text, actions: actions as Draft[], extended: typeof extended === 'string' ? extended : undefined }
}

export interface Laying {
  readonly root: Draft
  readonly notes: Notes
  readonly places: Places
}

/** Lays an overlay over a document that was just parsed, action by action (Overlay 1.1, 4.4). A target that is nowhere is noted. */
export function layOver(overlay: Overlay, { root, notes, places }: Laying): void {
  overlay.actions.forEach((action, index) => {
    const pointer = pointerTo('', 'actions', index)
    const found = nodesAt(root, textOf(action['target']), `${overlay.file}#${pointer}/target`)
    if (found.length === 0)
      notes.addAt(
        { file: overlay.file, pointer: `${pointer}/target` },
        { what: `the target ${textOf(action['target'])} is nowhere in the document`, instead: 'the action does nothing' },
      )
    const source = pointerTo('', FILES, overlay.file, 'actions', index)
    if (action['remove'] === true) for (const node of found.toReversed()) remove(root, node)
    else for (const node of found) change(root, node, action, { places, source, file: overlay.file })
  })
}

type Path = readonly (string | number)[]

function nodesAt(root: Draft, expression: string, where: string): Path[] {
  const { jsonpath } = createRequire(import.meta.url)('json-p3') as typeof JsonP3
  try {
    return [...jsonpath.query(expression, root as JsonP3.JSONValue)].map(({ location }) => location)
  } catch (error) {
    throw new UnderstudyError('SPEC_INVALID', `is not a JSONPath: ${(error as Error).message.split('\n', 1)[0]}`, where)
  }
}

function holderOf(root: Draft, path: Path): { holder: Draft; key: string | number } {
  let holder: unknown = { '': root }
  let key: string | number = ''
  for (const token of path) {
    holder = (holder as Draft)[key]
    key = token
  }
  return { holder: holder as Draft, key }
}

function remove(root: Draft, path: Path): void {
  const { holder, key } = holderOf(root, path)
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

interface Change {
  readonly places: Places
  readonly source: Pointer
  readonly file: string
}

function change(root: Draft, path: Path, action: Draft, { places, source, file }: Change): void {
  const { holder, key } = holderOf(root, path)
  const merge = (value: unknown, from: Pointer): void =>
    void (holder[key] = merged(holder[key], value, { places, source: from, at: pointerTo('', ...path) }))
  if (typeof action['copy'] === 'string') {
    const [copied] = nodesAt(root, action['copy'], `${file}#${source}`)
    const from = copied && holderOf(root, copied)
    if (from) merge(structuredClone(from.holder[from.key]), pointerTo(source, 'copy'))
  }
  if ('update' in action) merge(structuredClone(action['update']), pointerTo(source, 'update'))
}

interface Merge {
  readonly places: Places
  readonly source: Pointer
  readonly at: Pointer
}

/** Objects are merged, what is no array is appended to an array, arrays follow one another, and any other value is replaced. */
function merged(target: unknown, update: unknown, { places, source, at }: Merge): unknown {
  if (Array.isArray(target)) {
    const list: unknown[] = target
    const more: unknown[] = Array.isArray(update) ? update : [update]
    more.forEach((_, index) => places.lay(source, pointerTo(at, list.length + index)))
    return [...list, ...more]
  }
  if (!isDraft(target) || !isObject(update)) {
    places.lay(source, at)
    return update
  }
  for (const [name, value] of Object.entries(update))
    target[name] = merged(target[name], value, { places, source: pointerTo(source, name), at: pointerTo(at, name) })
  return target
}
