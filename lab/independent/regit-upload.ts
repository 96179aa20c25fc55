import type { Has } from './protocol.ts'
import { Refusal } from './refusal.ts'
import { findInteraction } from './regit-request.ts'

const TEN_MEBIBYTES = 10 * 1024 * 1024

const FILES = 20

/** The last file of each part's name. */
export function uniqueBy(
  parts: readonly { readonly name: string | undefined }[],
  files: readonly { readonly fileName: string }[],
): readonly { readonly fileName: string }[] {
  return [...new Map(files.map((file, index) => [parts[index]?.name, file])).values()]
}

export function folderOf(account: string): string {
  return `/Content/vault/documents/${account}/uploads`
}

export function checkFiles(has: Has, files: readonly { readonly size: number }[]): void {
  if (files.length === 0 && !has('upload/no-files-accepted')) {
    throw new Refusal(
      400,
      has('upload/missing-has-other-message') ? 'No files' : 'Missing files',
      has('upload/missing-without-code') ? undefined : 'upload.missing',
    )
  }
  const most = has('upload/at-most-ten-files') ? 10 : FILES
  if (files.length > most && !has('upload/any-number-of-files')) throw new Refusal(413, 'Too many files')
  const largest = has('upload/at-most-one-mebibyte') ? 1024 * 1024 : TEN_MEBIBYTES
  if (files.some(({ size }) => size > largest) && !has('upload/any-size')) throw new Refusal(413, 'A file is too large')
}

export function uploadInteraction(has: Has, query: string): void {
  const ids = new URLSearchParams(query).getAll('interactionId')
  if (ids.length > 1 && !has('upload/id-twice-accepted')) throw new Refusal(400, 'Invalid parameters')
  const [id = ''] = ids
  if (id === '') {
    if (has('upload/id-optional')) return
    throw new Refusal(400, 'Missing interaction ID')
  }
  if (!has('upload/id-unchecked')) findInteraction(has, id)
}

export function storedName(has: Has, sent: string): string {
  if (has('upload/names-made-up')) return `${sent.length}-${sent.split('.').at(-1)}`
  if (has('upload/names-at-most-10')) return sent.slice(0, 10)
  if (has('upload/names-in-lower-case')) return sent.toLowerCase()
  if (has('upload/names-mangled')) return Buffer.from(sent).toString('latin1')
  if (has('upload/blanks-replaced')) return sent.replaceAll(' ', '_')
  if (has('upload/folders-kept')) return sent
  return (sent.split(/[/\\]/).at(-1) ?? '').replaceAll('"', '')
}
