import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UnderstudyError } from '../errors.ts'
import type { Api } from './api.ts'
import { compileApi, compileOpened } from './compile.ts'
import { parseSpec } from './document.ts'
import { openDocument } from './open-document.ts'
import { readText } from './read.ts'
import { createSourceFiles, isUrl } from './source-files.ts'

export interface LoadOptions {
  /** Hold every document to the strictest reading, as our own are. */
  readonly strictSpec?: boolean
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
  const key = `${document.path}\n${document.name}\n${String(strict)}\n${text}`
  const api = recent.get(key) ?? compile(document, text, strict, options)
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

function compile({ name, path, file }: DocumentFile, text: string, strict: boolean, options: LoadOptions): Api {
  if (strict) return compileApi(parseSpec(text, file), [path])
  const { allowRemote, remote = new Map<string, string>(), onMissing } = options
  const folder = path === '-' || isUrl(path) ? process.cwd() : dirname(path)
  const files = createSourceFiles({
    root: path === '-' ? undefined : path,
    folder,
    ...(allowRemote && { remote }),
    ...(onMissing && { onMissing }),
  })
  const nameOfFile = (key: string): string => (isUrl(key) ? key : join(dirname(file), key))
  const opened = openDocument({ api: name, file, text, files, nameOf: nameOfFile })
  const others = [...files.texts.keys()].map((key) => (isUrl(key) ? key : join(folder, key)))
  return compileOpened(opened, name, [path, ...others])
}
