import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { readBuildId } from './build-id.ts'
import { parseStored, type StoredDocument } from './stored-document.ts'

/** Where opened documents are kept between two starts, by their content. It may be deleted at any time. */
export interface DocumentCache {
  /** `undefined` for what is not there, or can't be used. */
  read(key: string): StoredDocument | undefined
  has(key: string): boolean
  /** Never fails: what can't be written is opened anew the next time. */
  write(key: string, bytes: Buffer): void
  /** What a document is kept under: its texts, the build of the kit that opened it, and Node's version. */
  keyOf(texts: readonly (string | Buffer)[]): string
}

/** How much is kept; what was not used for longest goes first. */
interface CacheLimits {
  readonly files: number
  readonly bytes: number
}

/** For its owner only: documents may hold what is nobody else's business. */
const PRIVATE = 0o600

const cacheLimits: CacheLimits = { files: 100, bytes: 512 * 1024 * 1024 }

/**
 * The cache in the user's own cache folder, `XDG_CACHE_HOME` if that is set; `undefined` where `UNDERSTUDY_NO_CACHE` is, and
 * for a kit that is not built, whose code may be another one at each start.
 */
export function userCache(): DocumentCache | undefined {
  const build = process.env['UNDERSTUDY_NO_CACHE'] ? undefined : quietly(readBuildId)
  return build === undefined ? undefined : createDocumentCache(join(cacheHome(), 'understudy', 'documents'), build)
}

export function createDocumentCache(folder: string, build: string, limits = cacheLimits): DocumentCache {
  const fileOf = (key: string): string => join(folder, `${key}.json`)
  return {
    keyOf: (texts) => {
      const hash = createHash('sha256').update(build).update(process.version)
      for (const text of texts) hash.update(`\n${text.length}\n`).update(text)
      return hash.digest('hex')
    },
    has: (key) => statSync(fileOf(key), { throwIfNoEntry: false }) !== undefined,
    read: (key) => quietly(() => read(fileOf(key))),
    write: (key, bytes) => {
      const temporary = join(folder, `${key}.${process.pid}.tmp`)
      quietly(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        writeFileSync(temporary, bytes, { mode: PRIVATE })
        renameSync(temporary, fileOf(key))
        prune(folder, limits)
      })
    },
  }
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function read(file: string): StoredDocument | undefined {
  const stored = parseStored(readFileSync(file))
  // Says to the file system that it was used, which knows the time; nothing here asks for it.
  quietly(() => (stored ? chmodSync(file, PRIVATE) : rmSync(file, { force: true })))
  return stored
}

function prune(folder: string, limits: CacheLimits): void {
  const files = readdirSync(folder)
    .map((name) => ({ path: join(folder, name), ...factsOf(join(folder, name)) }))
    .toSorted((one, other) => other.usedMs - one.usedMs)
  let bytes = 0
  for (const [index, file] of files.entries()) {
    bytes += file.bytes
    if (index > 0 && (index >= limits.files || bytes > limits.bytes)) rmSync(file.path, { force: true })
  }
}

/** The time of use is that of the last change to the file or to its mode. */
function factsOf(path: string): { readonly bytes: number; readonly usedMs: number } {
  const stats = statSync(path, { throwIfNoEntry: false })
  return { bytes: stats?.size ?? 0, usedMs: stats?.ctimeMs ?? 0 }
}

function quietly<Value>(act: () => Value): Value | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

function cacheHome(): string {
  const { XDG_CACHE_HOME: own, LOCALAPPDATA: local } = process.env
  // One that is relative is to be ignored (XDG Base Directory Specification).
  if (own && isAbsolute(own)) return own
  if (process.platform === 'win32' && local) return local
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache')
}
