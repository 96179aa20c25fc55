import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { RemoteText } from './load-options.ts'
import { parseText, readLimits } from './read.ts'
import type { OpenedFile, SourceFiles } from './repair/source-files.ts'

export interface SourceFilesOptions {
  /** The document's own file, absolute, or its URL; `undefined` for standard input. */
  readonly root: string | undefined
  /** Files below it may be read. */
  readonly folder: string
  /** Texts by URL that were fetched before; `undefined` where the network is not to be used. */
  readonly remote?: ReadonlyMap<string, RemoteText> | undefined
  /** Told of each URL that is not among them. */
  readonly onMissing?: (url: string) => void
}

export interface TrackedFiles extends SourceFiles {
  /** The text of each file that was asked for, by its key; `undefined` where there is none. */
  readonly texts: ReadonlyMap<string, string | undefined>
  /** The text of a file by its key, as `open` would read it. */
  textOf(key: string): string | undefined
}

type Opened = OpenedFile | { readonly problem: string }

/** The files that references of a document lead to: below its folder, and on the network where that is allowed. */
export function createSourceFiles(options: SourceFilesOptions): TrackedFiles {
  const texts = new Map<string, string | undefined>()
  let home: string | undefined
  const folder = (): string => (home ??= realpathSync.native(options.folder))
  const opened = new Map<string, Opened>()
  const once = (key: string, read: () => string | { readonly problem: string }): Opened => {
    let file = opened.get(key)
    if (!file) opened.set(key, (file = parsed(key, read(), texts)))
    return file
  }
  return {
    texts,
    open: (from, path) => {
      const base = from === '' && isUrl(options.root ?? '') ? options.root : isUrl(from) ? from : undefined
      if (isUrl(path) || base !== undefined) {
        const url = URL.canParse(path, base) ? new URL(path, base).href : path
        if (url === options.root) return { key: '', value: undefined }
        return once(url, () => fetched(options, url))
      }
      if (/^[a-z][\w+.-]+:/i.test(path)) return { problem: 'is the address of no file' }
      const target = resolve(options.folder, dirname(join(rootName(options, from), '_')), decoded(path))
      if (target === options.root) return { key: '', value: undefined }
      const key = relative(options.folder, target).replaceAll(sep, '/')
      if (key.startsWith('..') || isAbsolute(key))
        return { problem: 'leaves the folder of the document, beyond which nothing is read' }
      return once(key, () => readBelow(folder, target))
    },
    textOf: (key) => {
      const text = isUrl(key) ? fetched(options, key) : readBelow(folder, join(options.folder, key))
      const found = typeof text === 'string' ? text : undefined
      texts.set(key, found)
      return found
    },
  }
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

/** The folder that references of a file are relative to, itself relative to the document's. */
function rootName(options: SourceFilesOptions, from: string): string {
  if (from !== '') return dirname(from)
  return options.root === undefined ? '.' : relative(options.folder, dirname(options.root))
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function fetched({ remote, onMissing }: SourceFilesOptions, url: string): RemoteText {
  if (!remote) return { problem: 'is on the network, which is only read with --allow-remote' }
  const text = remote.get(url)
  if (text !== undefined) return text
  onMissing?.(url)
  return { problem: 'can not be fetched' }
}

/** A link inside of the folder may lead out of it. */
function readBelow(folder: () => string, path: string): string | { readonly problem: string } {
  try {
    const real = realpathSync.native(path)
    if (relative(folder(), real).startsWith('..')) return { problem: 'leaves the folder of the document by a link' }
    const stats = statSync(real)
    if (!stats.isFile() || stats.size > readLimits.bytes) return { problem: 'is not a file that can be read' }
    return readFileSync(real, 'utf8')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    return { problem: `names a file that ${code === 'ENOENT' ? 'is not there' : `can't be read (${code})`}` }
  }
}

function parsed(key: string, text: string | { readonly problem: string }, texts: Map<string, string | undefined>): Opened {
  texts.set(key, typeof text === 'string' ? text : undefined)
  if (typeof text !== 'string') return text
  const read = parseText(text)
  if ('problem' in read) return { problem: `names a file that ${read.problem} at line ${read.line}` }
  return { key, value: read.value }
}
