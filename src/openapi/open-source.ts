import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UnderstudyError } from '../errors.ts'
import { type DocumentCache, hashOf, userCache } from './cache/document-cache.ts'
import { openStored, type OtherFiles, parseStored, type StoredDocument, storeDocument } from './cache/stored-document.ts'
import { indexOf } from './compile.ts'
import type { DocumentFile } from './document-files.ts'
import type { LoadOptions, RemoteText } from './load-options.ts'
import { openDocument, type OpenedDocument } from './open-document.ts'
import { type Overlay, readOverlay } from './overlay.ts'
import { hashFile, readText } from './read.ts'
import { createSourceFiles, isUrl, type TrackedFiles } from './source-files.ts'

/** A document that can be read, and what is to be laid over it. */
export interface Source {
  /** Of its bytes. */
  readonly hash: string
  readonly text: () => string
  readonly overlays: readonly Overlay[]
}

/** Looks at a document. Throws SPEC_UNREADABLE. Our own reading of it (`strict`) knows no overlays. */
export function readSource(document: DocumentFile, options: LoadOptions, strict = false): Source {
  return { ...readable(document, options), overlays: strict ? [] : overlaysOf(document, options) }
}

/** An opened document, and every file that it was read from, its own one first. */
interface Opening {
  readonly opened: OpenedDocument
  readonly files: readonly string[]
  /** Whether it refers to no other file, be there one or not. */
  readonly isAlone: boolean
}

/** Opens a document of somebody else, from what was kept of it if it was opened before. Throws as `openDocument` does. */
export function openSource(document: DocumentFile, source: Source, options: LoadOptions): Opening {
  const { path } = document
  const reading = readingOf(document, source, options)
  const given = options.opened?.get(path)?.bytes
  const cache = userCache()
  const key = cache?.keyOf(textsOf(source)) ?? ''
  const stored = given ? parseStored(given) : cache?.read(key)
  if (stored && isCurrent(stored, reading.files)) return openingOf(document, source, reading, openStored(stored, reading))
  const opened = opening(reading)
  if (cache) keep(cache, key, toBeStored(opened, reading))
  return openingOf(document, source, reading, opened)
}

/** The document as the cache keeps it, which it is written to; `undefined` where it can't be kept. Throws as `openDocument` does. */
export function storedDocument(document: DocumentFile, options: LoadOptions): Buffer | undefined {
  const source = readSource(document, options)
  const reading = readingOf(document, source, options)
  const cache = userCache()
  const bytes = toBeStored(opening(reading), reading)
  if (cache) keep(cache, cache.keyOf(textsOf(source)), bytes)
  return bytes
}

/** The hash of a document, and whether it would be read from the cache. Throws SPEC_UNREADABLE. */
export function storageOf(
  document: DocumentFile,
  options: LoadOptions,
): { readonly hash: string; readonly isStored: boolean } {
  const source = readSource(document, options)
  const cache = userCache()
  return { hash: source.hash, isStored: cache?.has(cache.keyOf(textsOf(source))) === true }
}

interface Reading {
  readonly api: string
  readonly file: string
  readonly text: () => string
  readonly files: TrackedFiles
  readonly nameOf: (key: string) => string
  readonly overlays: readonly Overlay[]
}

function readingOf({ name, path, file }: DocumentFile, { text, overlays }: Source, options: LoadOptions): Reading {
  const { allowRemote, remote = new Map<string, RemoteText>(), onMissing } = options
  const isOverlay = (key: string): boolean => overlays.some((overlay) => overlay.file === key)
  return {
    api: name,
    file,
    text,
    files: createSourceFiles({
      root: path === '-' ? undefined : path,
      folder: folderOf(path),
      ...(allowRemote && { remote }),
      ...(onMissing && { onMissing }),
    }),
    nameOf: (key) => (isUrl(key) || isOverlay(key) ? key : join(dirname(file), key)),
    overlays,
  }
}

function folderOf(path: string): string {
  return path === '-' || isUrl(path) ? process.cwd() : dirname(path)
}

type Indexed = OpenedDocument & Required<Pick<OpenedDocument, 'index'>>

function opening(reading: Reading): Indexed {
  const opened = openDocument({ ...reading, text: reading.text() })
  return { ...opened, index: indexOf(opened) }
}

function openingOf({ path }: DocumentFile, { overlays }: Source, { files }: Reading, opened: OpenedDocument): Opening {
  const others = [...files.texts].flatMap(([key, text]) => {
    if (text === undefined) return []
    return isUrl(key) ? [key] : [join(folderOf(path), key)]
  })
  return {
    opened,
    files: [path, ...others, ...overlays.map(({ file }) => resolve(file))],
    isAlone: files.texts.size === 0,
  }
}

/** What decides of what a document is opened as. */
export function textsOf({ hash, overlays }: Source): string[] {
  return [hash, ...overlays.flatMap(({ file, text }) => [file, text])]
}

/** Numbers that JSON has no words for. */
const inexact = /[:,[\s][-+]?(?:\d[\d.]*e\+?\d{3,}|\.inf|\.nan)[\s,\]}]/i
/** What aliases blow up to more than this many times its text is opened anew each time. */
const MAX_GROWTH = 20

function toBeStored(opened: Indexed, { file, text, files, nameOf, overlays }: Reading): Buffer | undefined {
  const texts = [text(), ...[...files.texts.values()].filter((each) => each !== undefined)]
  if (texts.some((each) => inexact.test(each))) return undefined
  const keys = [...files.texts.keys(), ...overlays.map((overlay) => overlay.file)]
  return storeDocument(opened, {
    others: Object.fromEntries([...files.texts].map(([key, each]) => [key, each === undefined ? null : hashOf(each)])),
    keys: new Map([[file, ''], ...keys.map((key) => [nameOf(key), key] as const)]),
    maxBytes: MAX_GROWTH * texts.reduce((sum, each) => sum + each.length, 0),
  })
}

function keep(cache: DocumentCache, key: string, bytes: Buffer | undefined): void {
  if (bytes) cache.write(key, bytes)
}

/** Whether the other files are still what they were. */
function isCurrent({ head }: StoredDocument, files: TrackedFiles): boolean {
  const others: OtherFiles = head.others
  return Object.entries(others).every(([key, hash]) => {
    const text = files.textOf(key)
    return hash === (text === undefined ? null : hashOf(text))
  })
}

function readable({ path, file }: DocumentFile, options: LoadOptions): Pick<Source, 'hash' | 'text'> {
  const { allowRemote, remote, onMissing, opened } = options
  const fetched = remote?.get(path) ?? (path === '-' ? readText(path, file) : undefined)
  if (typeof fetched === 'object') throw new UnderstudyError('SPEC_UNREADABLE', fetched.problem, path)
  if (fetched !== undefined) return { hash: hashOf(fetched), text: () => fetched }
  if (!isUrl(path)) return { hash: opened?.get(path)?.hash ?? hashFile(path, file), text: () => readText(path, file) }
  onMissing?.(path)
  const reason = allowRemote ? "can't be fetched" : 'is on the network, which is only read with --allow-remote'
  throw new UnderstudyError('SPEC_UNREADABLE', reason, path)
}

/** `<name>.overlay.*` beside the document, then those that were named; one that says which document it is for is laid over no other. */
function overlaysOf({ path, file }: DocumentFile, { overlay = [] }: LoadOptions): Overlay[] {
  const beside = path === '-' || isUrl(path) ? [] : overlaysBeside(path, file)
  const named = overlay.map((each) => readOverlay(each, each))
  return [...beside, ...named].filter(
    ({ extended }) => extended === undefined || basename(extended) === basename(path) || path === '-',
  )
}

function overlaysBeside(path: string, file: string): Overlay[] {
  const stem = basename(path).replace(/\.(?:ya?ml|json)$/i, '')
  return ['yaml', 'yml', 'json']
    .map((ending) => `${stem}.overlay.${ending}`)
    .filter((name) => existsSync(join(dirname(path), name)))
    .map((name) => readOverlay(join(dirname(path), name), join(dirname(file), name)))
}
