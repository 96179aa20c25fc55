import type { DocumentIndex } from '../document-index.ts'
import type { ApiName, JsonObject, Pointer } from '../json.ts'
import { defineLazily } from '../lazily.ts'
import { createNotes, type Note } from '../note.ts'
import type { OpenedDocument } from '../open-document.ts'
import { isObject, pointerTo, valueAt } from '../pointer.ts'
import { FILES } from '../repair/at.ts'
import { createPlaces, type Moves } from '../repair/places.ts'

/** The parts of a map of the document, such as `/paths`: their names and how many bytes each takes. */
type Parts = readonly (readonly [name: string, bytes: number])[]

/** The first line of a stored document: what every start needs. */
interface Head {
  /** The document with nothing in the maps whose parts are kept apart. */
  readonly root: JsonObject
  /** By the pointer of their map, in the order of the body. */
  readonly maps: readonly (readonly [Pointer, Parts])[]
  readonly movesBytes: number
  readonly bodyBytes: number
  readonly hasAssumptions: boolean
  readonly index: DocumentIndex
  readonly notes: readonly Note[]
  readonly noteKeys: readonly string[]
  readonly others: OtherFiles
}

/** The other files that were asked for, by their key: a hash of their text, or `null` for what could not be read. */
export type OtherFiles = Readonly<Record<string, string | null>>

export interface StoredDocument {
  readonly head: Head
  /** Bytes of JSON: one part after the other, then what was moved. */
  readonly body: Buffer
}

const NEWLINE = 10

/** How messages name the files of a document. */
export interface FileNames {
  readonly api: ApiName
  readonly file: string
  readonly nameOf: (key: string) => string
}

/** Writes an opened document down; notes name files by their key, whatever a user calls them. `undefined` where it grows beyond `maxBytes`. */
export function storeDocument(
  document: OpenedDocument & { readonly index: DocumentIndex },
  { others, keys, maxBytes }: { readonly others: OtherFiles; readonly keys: ReadonlyMap<string, string>; readonly maxBytes: number },
): Buffer | undefined {
  const { root, notes, places, index, hasAssumptions } = document
  const parts: Buffer[] = []
  let bodyBytes = 0
  const keep = (value: unknown): number => {
    const bytes = Buffer.from(JSON.stringify(value) ?? 'null')
    parts.push(bytes)
    bodyBytes += bytes.length
    return bytes.length
  }
  const maps: [Pointer, Parts][] = []
  for (const pointer of mapsIn(root)) {
    const map = valueAt(root, pointer) as JsonObject
    const names: [string, number][] = []
    for (const name of Object.keys(map)) {
      if (bodyBytes > maxBytes) return undefined
      names.push([name, keep(map[name])])
    }
    maps.push([pointer, names])
  }
  const movesBytes = keep(places.moves())
  const head: Head = {
    root: withoutParts(root),
    maps,
    movesBytes,
    bodyBytes,
    hasAssumptions,
    index,
    notes: notes.list.map((note) => ({ ...note, api: '', file: keys.get(note.file) ?? note.file })),
    noteKeys: notes.keys,
    others,
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...parts])
}

/** Reads the head of a stored document; `undefined` for what is none, or was cut off. */
export function parseStored(bytes: Buffer): StoredDocument | undefined {
  const end = bytes.indexOf(NEWLINE)
  if (end < 0) return undefined
  try {
    const head = JSON.parse(bytes.toString('utf8', 0, end)) as Head
    const body = bytes.subarray(end + 1)
    return body.length === head.bodyBytes ? { head, body } : undefined
  } catch {
    return undefined
  }
}

/** The opened document again; each of its parts is parsed when it is first looked at. */
export function openStored({ head, body }: StoredDocument, { api, file, nameOf }: FileNames): OpenedDocument {
  let offset = 0
  const next = (bytes: number): (() => unknown) => {
    const start = offset
    offset += bytes
    return () => JSON.parse(body.toString('utf8', start, start + bytes)) as unknown
  }
  for (const [pointer, parts] of head.maps) {
    const map = valueAt(head.root, pointer) as object
    for (const [name, bytes] of parts) defineLazily(map, name, next(bytes))
  }
  const places = createPlaces(file, nameOf, next(head.movesBytes) as () => Moves)
  const list = head.notes.map((note) => ({ ...note, api, file: note.file === '' ? file : nameOf(note.file) }))
  const notes = createNotes(api, places.original, { list, keys: head.noteKeys })
  return { file, root: head.root, hasAssumptions: head.hasAssumptions, notes, places, index: head.index }
}

/** The maps of a document whose entries are large, many, and mostly never looked at. */
function mapsIn(root: JsonObject): Pointer[] {
  const components = isObject(root['components']) ? Object.keys(root['components']) : []
  return ['/paths', '/webhooks', `/${FILES}`, ...components.map((kind) => pointerTo('/components', kind))].filter((pointer) =>
    isObject(valueAt(root, pointer)),
  )
}

function withoutParts(root: JsonObject): JsonObject {
  const { components } = root
  const top = Object.entries(root).map(([name, value]) => [name, isMap(name, value) ? {} : value])
  if (!isObject(components)) return Object.fromEntries(top) as JsonObject
  const kinds = Object.entries(components).map(([kind, value]) => [kind, isObject(value) ? {} : value])
  return { ...(Object.fromEntries(top) as JsonObject), components: Object.fromEntries(kinds) as JsonObject }
}

function isMap(name: string, value: unknown): boolean {
  return isObject(value) && (name === 'paths' || name === 'webhooks' || name === FILES)
}
