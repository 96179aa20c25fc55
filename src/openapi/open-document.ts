import { ASSUMPTION } from './assumption.ts'
import { UnderstudyError } from '../errors.ts'
import type { ApiName, JsonObject } from './api.ts'
import type { DocumentIndex } from './document-index.ts'
import { createNotes, type Notes } from './note.ts'
import { noteLargeNumbers } from './large-numbers.ts'
import { layOver, type Overlay } from './overlay.ts'
import { isObject } from './pointer.ts'
import { parseText } from './read.ts'
import { createPlaces, type Places } from './repair/places.ts'
import type { SpecVersion } from './repair/repair.ts'
import { repairDocument } from './repair/repair-document.ts'
import type { TrackedFiles } from './source-files.ts'
import { textOf } from './text-of.ts'

/** A document of somebody else in the shape of OpenAPI 3.1, with what had to be set aside for that. */
export interface OpenedDocument {
  readonly file: string
  readonly root: JsonObject
  readonly hasAssumptions: boolean
  readonly notes: Notes
  readonly places: Places
  /** Where it was opened before. */
  readonly index?: DocumentIndex
}

export interface DocumentSource {
  readonly api: ApiName
  /** As messages name it. */
  readonly file: string
  readonly text: string
  readonly files: TrackedFiles
  /** How messages name another file of the document. */
  readonly nameOf: (key: string) => string
  readonly overlays: readonly Overlay[]
}

/** Parses and repairs a document. Throws SPEC_UNREADABLE for what is neither JSON nor YAML, SPEC_INVALID for what is no OpenAPI. */
export function openDocument({ api, file, text, files, nameOf, overlays }: DocumentSource): OpenedDocument {
  const read = parseText(text)
  if ('problem' in read) throw new UnderstudyError('SPEC_UNREADABLE', `${read.problem} (${file}:${read.line})`, file)
  const root = read.value
  if (!isObject(root) || !isOpenApi(root))
    throw new UnderstudyError('SPEC_INVALID', 'is not an OpenAPI document: it has neither openapi nor swagger at its top', `${file}:1`)
  const places = createPlaces(file, nameOf)
  const notes = createNotes(api, places.original)
  if (read.slip !== undefined) notes.add({ what: read.slip, pointer: '', instead: 'the last one counts' })
  noteLargeNumbers(root, text, notes)
  for (const overlay of overlays) layOver(overlay, { root, notes, places })
  repairDocument({ version: versionOf(root, notes), root: root, notes, places, files })
  const texts = [text, ...files.texts.values(), ...overlays.map((overlay) => overlay.text)]
  const hasAssumptions = texts.some((each) => each?.includes(ASSUMPTION))
  return { file, root, hasAssumptions, notes, places }
}

function isOpenApi(root: unknown): root is JsonObject {
  return isObject(root) && [root['openapi'], root['swagger']].some((each) => typeof each === 'string' || typeof each === 'number')
}

/** The version by whose rules a document is read; one that there is not yet is taken for the newest. */
function versionOf(root: JsonObject, notes: Notes): SpecVersion {
  const given = textOf(root['openapi'] ?? root['swagger'])
  const [known] = /^(?:2(?:\.0)?|3(?:\.[012])?)(?=\.|$|-)/.exec(given) ?? []
  const version = known === '2' ? '2.0' : known === '3' ? '3.0' : known
  if (version !== undefined) return version as SpecVersion
  const nearest = given.startsWith('1') ? '2.0' : '3.2'
  const pointer = 'openapi' in root ? '/openapi' : '/swagger'
  notes.add({ what: `the version ${given} is unknown`, pointer, instead: `it is read as ${nearest}` })
  return nearest
}
