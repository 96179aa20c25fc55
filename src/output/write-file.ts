import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { UnderstudyError } from '../errors.ts'

/**
 * Writes a file whole or not at all: beside it first, then renamed, so that a disk that is full leaves the old one.
 * Throws USAGE, one line with the file and the reason; nothing is left behind then.
 */
export function writeFileWhole(file: string, content: string | Uint8Array): void {
  try {
    const old = statSync(file, { throwIfNoEntry: false })
    // A device, a pipe or standard output can't be replaced, only written to.
    if (old && !old.isFile() && !old.isDirectory()) writeFileSync(file, content)
    else replaceFile(old ? realpathSync(file) : file, content, old)
  } catch (error) {
    throw new UnderstudyError('USAGE', `cannot be written ${reasonOf(error)}`, file)
  }
}

/** Makes a folder and those above it. Throws USAGE where it can't. */
export function createFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new UnderstudyError('USAGE', `cannot be made a folder ${reasonOf(error)}`, folder)
  }
}

function replaceFile(file: string, content: string | Uint8Array, old: Stats | undefined): void {
  if (old?.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' })
  // A rename would replace a file that is protected, too.
  if (old) accessSync(file, constants.W_OK)
  const beside = `${file}.${process.pid}.new`
  try {
    writeSynced(beside, content, old?.mode)
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, { force: true })
    if (!old || !cannotReplace.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    writeFileSync(file, content)
  }
}

/** A folder that takes no new file, and a single file that is mounted into a container: only the file itself is ours. */
const cannotReplace = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV'])

function writeSynced(file: string, content: string | Uint8Array, mode: number | undefined): void {
  const bytes = Buffer.from(content as string)
  const descriptor = openSync(file, 'w', mode)
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  const reason = reasons[code]
  return `(${code || 'failed'}): ${reason ?? message}`
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would be larger than allowed',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  EEXIST: 'a file of this name is in the way',
  ENOTDIR: 'a part of its path is no folder',
  ENOENT: 'there is no such folder',
  ENAMETOOLONG: 'the name is too long',
}
