import { UnderstudyError } from '../errors.ts'
import type { Api } from './api.ts'
import { isLarge, openInThread } from './cache/open-in-thread.ts'
import { documentFiles } from './document-files.ts'
import { isStrict, loadApis } from './load.ts'
import type { KnownDocument, LoadOptions, RemoteText } from './load-options.ts'
import { storageOf } from './open-source.ts'
import { readLimits } from './read.ts'

/** What may be fetched at most. */
interface RemoteLimits {
  /** For one file. */
  readonly timeoutMs: number
  /** Of one file. */
  readonly bytes: number
  readonly files: number
}

const remoteLimits: RemoteLimits = { timeoutMs: 30_000, bytes: readLimits.bytes, files: 1000 }

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
  limits = remoteLimits,
): Promise<LoadOptions['remote']> {
  if (options.allowRemote !== true) return undefined
  const remote = new Map<string, RemoteText>()
  const tried = new Set<string>()
  for (;;) {
    const missing = missed(openapi, names, { ...options, remote }).filter((url) => !tried.has(url))
    if (missing.length === 0) return remote
    for (const url of missing) {
      if (tried.size >= limits.files)
        throw new UnderstudyError('SPEC_UNREADABLE', `is one of more than ${limits.files} files on the network`, url)
      tried.add(url)
    }
    await Promise.all(missing.map(async (url) => void remote.set(url, await fetchText(url, limits))))
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

async function fetchText(url: string, { timeoutMs, bytes }: RemoteLimits): Promise<RemoteText> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: 'application/json, application/yaml, */*' },
    })
    if (!response.ok) return { problem: `can not be fetched: ${response.status}` }
    return (await textWithin(response, bytes)) ?? { problem: `is larger than ${bytes} bytes` }
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } }
    const why = name === 'TimeoutError' ? `no answer within ${timeoutMs / 1000} s` : (cause?.code ?? cause?.message ?? message)
    return { problem: `can not be fetched: ${why}` }
  }
}

/** `undefined` when it is longer; the rest of it is not read then. */
async function textWithin({ body }: Response, bytes: number): Promise<string | undefined> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    length += piece.length
    if (length > bytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
