import { UnderstudyError } from '../errors.ts'
import type { Api } from './api.ts'
import { isLarge, openInThread } from './cache/open-in-thread.ts'
import { documentFiles } from './document-files.ts'
import { isStrict, loadApis } from './load.ts'
import type { KnownDocument, LoadOptions } from './load-options.ts'
import { storageOf } from './open-source.ts'
import { readLimits, readText } from './read.ts'

const TIMEOUT_MS = 30_000
/** How many files of one document are fetched at most. */
const MAX_FILES = 1000

/** As `loadApis`, where the network may have to be asked first. */
export async function openApis(openapi: string, names: readonly string[] = [], options: LoadOptions = {}): Promise<Api[]> {
  const remote = await fetchRemote(openapi, names, options)
  const opened = remote ? undefined : await openLarge(openapi, names, options)
  return loadApis(openapi, names, { ...options, ...(remote && { remote }), ...(opened && { opened }) })
}

/** Large documents that were not opened before, each in a thread of its own. */
async function openLarge(
  openapi: string,
  names: readonly string[],
  options: LoadOptions,
): Promise<LoadOptions['opened']> {
  // Threads run what was built.
  if (!import.meta.url.endsWith('.js')) return undefined
  const large = documentFiles(openapi, names).filter((document) => isLarge(document) && !isStrict(document, options))
  const { overlay } = options
  const opened = large.map(async (document): Promise<[string, KnownDocument]> => {
    const { hash, isStored } = storageOf(document, options)
    const bytes = isStored ? undefined : await openInThread({ document, options: { ...(overlay && { overlay }) } })
    return [document.path, { hash, ...(bytes && { bytes }) }]
  })
  return new Map(await Promise.all(opened))
}

/**
 * Fetches what the documents need from the network, if that is allowed, until a load misses nothing more; the texts by URL. What
 * can't be fetched is left out: the load says where it is missed. Throws as `loadApis` does where that has another reason.
 */
export async function fetchRemote(
  openapi: string,
  names: readonly string[],
  options: LoadOptions,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (options.allowRemote !== true) return undefined
  const remote = new Map<string, string>()
  // Standard input can be read once only.
  if (names.includes('-')) remote.set('-', readText('-', 'stdin'))
  const tried = new Set<string>()
  for (;;) {
    const missing = missed(openapi, names, { ...options, remote }).filter((url) => !tried.has(url))
    if (missing.length === 0) return remote
    for (const url of missing) {
      if (tried.size >= MAX_FILES)
        throw new UnderstudyError('SPEC_UNREADABLE', `refers to more than ${MAX_FILES} files on the network`, url)
      tried.add(url)
    }
    await Promise.all(missing.map(async (url) => remember(remote, url, await fetchText(url))))
  }
}

function missed(openapi: string, names: readonly string[], options: LoadOptions): string[] {
  const missing = new Set<string>()
  try {
    loadApis(openapi, names, { ...options, onMissing: (url) => missing.add(url) })
  } catch (error) {
    if (missing.size === 0) throw error
  }
  return [...missing]
}

function remember(remote: Map<string, string>, url: string, text: string | undefined): void {
  if (text !== undefined) remote.set(url, text)
}

async function fetchText(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: 'application/json, application/yaml, */*' },
    })
    if (!response.ok) return undefined
    const text = await response.text()
    return text.length > readLimits.bytes ? undefined : text
  } catch {
    return undefined
  }
}
