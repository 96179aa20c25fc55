import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UnderstudyError } from '../errors.ts'
import type { Api } from './api.ts'
import { compileApi, compileOpened } from './compile.ts'
import { parseSpec } from './document.ts'
import { openDocument } from './open-document.ts'
import { type Overlay, readOverlay } from './overlay.ts'
import { readText } from './read.ts'
import { createSourceFiles, isUrl } from './source-files.ts'

export interface LoadOptions {
  /** Hold every document to the strictest reading, as our own are. */
  readonly strictSpec?: boolean
  /** Overlay files that are laid over the documents, in this order, after those that lie beside them. */
  readonly overlay?: readonly string[]
  /** Read documents and what they refer to from the network, too. */
  readonly allowRemote?: boolean
  /** Texts by URL that `fetchRemote` has fetched. */
  readonly remote?: ReadonlyMap<string, string>
  /** Told of each URL that is not among them. */
  readonly onMissing?: (url: string) => void
}

/** The folder of the documents that are held to the strictest reading. */
const ownFolder = fileURLToPath(new URL('../../openapi', import.meta.url))

/**
 * Compiles the documents that are named: by the path of a file or folder, by `-` for standard input, or by their name in the folder
 * (or the file) `openapi`; no names mean all of that. `*.arazzo.*` files are workflows and `*.overlay.*` files overlays, not documents.
 * Throws API_UNKNOWN for a name without a file, SPEC_… for a file that can't be used.
 */
export function loadApis(openapi: string, names: readonly string[] = [], options: LoadOptions = {}): Api[] {
  const found = names.length === 0 ? documentsIn(openapi) : [...new Set(names)].flatMap((name) => documentsNamed(openapi, name))
  return withOwnNames(found).map((document) => compiled(document, options))
}

/** A file to be compiled. */
interface DocumentFile {
  readonly name: string
  /** Absolute, a URL, or `-`. */
  readonly path: string
  /** As messages name it. */
  readonly file: string
}

function documentsNamed(openapi: string, name: string): DocumentFile[] {
  if (name === '-') return [{ name: 'stdin', path: '-', file: 'stdin' }]
  if (isUrl(name)) return [{ name: nameOf(new URL(name).pathname), path: name, file: name }]
  if (isPath(name)) return documentsIn(name)
  const known = documentsIn(openapi)
  const found = known.find((each) => each.name === name)
  if (found) return [found]
  const names = known.map((each) => each.name)
  throw new UnderstudyError(
    'API_UNKNOWN',
    `there is no API ${JSON.stringify(name)}; known: ${names.join(', ') || 'none'}`,
  )
}

function isPath(name: string): boolean {
  return /[/\\]|\.(?:ya?ml|json)$/i.test(name) || (name.includes('.') && existsSync(name))
}

function documentsIn(path: string): DocumentFile[] {
  if (!isFolder(path)) return [{ name: nameOf(path), path: resolve(path), file: path }]
  const files = documentNames(path)
  if (files.length === 0) throw new UnderstudyError('SPEC_UNREADABLE', 'holds no OpenAPI document (*.yaml, *.json)', path)
  return files.map((file) => ({
    name: nameOf(file),
    path: resolve(path, file),
    file: `${basename(resolve(path))}/${file}`,
  }))
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    if (/\.(?:ya?ml|json)$/i.test(path)) throw new UnderstudyError('SPEC_UNREADABLE', 'there is no such file', path)
    throw new UnderstudyError('SPEC_UNREADABLE', 'there is no such folder of specs', path)
  }
}

function documentNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.(?:ya?ml|json)$/i.test(file) && !/\.(?:arazzo|overlay)\.(?:ya?ml|json)$/i.test(file))
      .toSorted()
  } catch (error) {
    throw new UnderstudyError('SPEC_UNREADABLE', `cannot be read (${(error as NodeJS.ErrnoException).code})`, folder)
  }
}

/** The file's name without its ending, as far as it can stand in a URL, a header and a file name. */
function nameOf(path: string): string {
  const name = basename(path).replace(/\.(?:ya?ml|json)$/i, '')
  return name.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^[-_.]+|[-.]+$/g, '') || 'api'
}

/** Two documents of the same name are told apart by a number. */
function withOwnNames(documents: readonly DocumentFile[]): DocumentFile[] {
  const taken = new Map<string, number>()
  return documents.map((document) => {
    const count = (taken.get(document.name) ?? 0) + 1
    taken.set(document.name, count)
    return count === 1 ? document : { ...document, name: `${document.name}-${count}` }
  })
}

/** What was compiled last, oldest first. Nothing of an `Api` changes, so all who read the same text may share one. */
const recent = new Map<string, Api>()
const RECENT = 16

function compiled(document: DocumentFile, options: LoadOptions): Api {
  const strict = options.strictSpec === true || isOwn(document)
  const text = textOf(document, options)
  const overlays = strict ? [] : overlaysOf(document, options)
  const laid = overlays.map((overlay) => overlay.text)
  const key = [document.path, document.name, String(strict), text, ...laid].join('\n')
  const api = recent.get(key) ?? compile({ document, text, overlays, strict, options })
  recent.delete(key)
  // Other files may have changed in the meantime.
  if (api.files.length === 1) recent.set(key, api)
  for (const oldest of recent.keys()) {
    if (recent.size <= RECENT) break
    recent.delete(oldest)
  }
  return api
}

function isOwn({ path }: DocumentFile): boolean {
  return dirname(path) === dirname(join(ownFolder, '_'))
}

function textOf({ path, file }: DocumentFile, { allowRemote, remote, onMissing }: LoadOptions): string {
  const text = remote?.get(path)
  if (text !== undefined) return text
  if (!isUrl(path)) return readText(path, file)
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

interface Compilation {
  readonly document: DocumentFile
  readonly text: string
  readonly overlays: readonly Overlay[]
  readonly strict: boolean
  readonly options: LoadOptions
}

function compile({ document: { name, path, file }, text, overlays, strict, options }: Compilation): Api {
  if (strict) return compileApi(parseSpec(text, file), [path])
  const { allowRemote, remote = new Map<string, string>(), onMissing } = options
  const folder = path === '-' || isUrl(path) ? process.cwd() : dirname(path)
  const files = createSourceFiles({
    root: path === '-' ? undefined : path,
    folder,
    ...(allowRemote && { remote }),
    ...(onMissing && { onMissing }),
  })
  const isOverlay = (key: string): boolean => overlays.some((overlay) => overlay.file === key)
  const nameOfFile = (key: string): string => (isUrl(key) || isOverlay(key) ? key : join(dirname(file), key))
  const opened = openDocument({ api: name, file, text, files, nameOf: nameOfFile, overlays })
  const others = [...files.texts.keys()].map((key) => (isUrl(key) ? key : join(folder, key)))
  const laid = overlays.map((overlay) => resolve(overlay.file))
  return compileOpened(opened, name, [path, ...others, ...laid])
}
