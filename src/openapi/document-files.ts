import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { UnderstudyError } from '../errors.ts'
import { isUrl } from './source-files.ts'

/** The files that `loadApis` compiles. Throws as it does. */
export function documentFiles(openapi: string, names: readonly string[] = []): DocumentFile[] {
  const found = names.length === 0 ? documentsIn(openapi) : [...new Set(names)].flatMap((name) => documentsNamed(openapi, name))
  return withOwnNames(found)
}

/** A file to be compiled. */
export interface DocumentFile {
  readonly name: string
  /** Absolute, a URL, or `-`. */
  readonly path: string
  /** As messages name it. */
  readonly file: string
}

function documentsNamed(openapi: string, name: string): DocumentFile[] {
  if (name === '-') return [{ name: 'stdin', path: '-', file: 'stdin' }]
  if (isPath(name)) return documentsIn(name)
  const known = documentsIn(openapi)
  const found = known.find((each) => each.name === name)
  if (found) return [found]
  if (statSync(name, { throwIfNoEntry: false })?.isDirectory()) return documentsIn(name)
  const names = known.map((each) => each.name)
  throw new UnderstudyError(
    'API_UNKNOWN',
    `there is no API ${JSON.stringify(name)}; known: ${names.join(', ') || 'none'}`,
  )
}

function isPath(name: string): boolean {
  return isUrl(name) || /[/\\]|\.(?:ya?ml|json)$/i.test(name) || (name.includes('.') && existsSync(name))
}

function documentsIn(path: string): DocumentFile[] {
  if (isUrl(path)) return [{ name: nameOf(new URL(path).pathname), path, file: path }]
  if (!isFolder(path)) return [{ name: nameOf(path), path: resolve(path), file: path }]
  const files = documentNames(path)
  if (files.length === 0) throw new UnderstudyError('SPEC_UNREADABLE', 'contains no OpenAPI document (*.yaml, *.json)', path)
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
