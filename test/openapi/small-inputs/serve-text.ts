import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Understudy } from '../../../src/library/in-process.ts'
import type { Api } from '../../../src/openapi/api.ts'
import { loadApis } from '../../../src/openapi/load.ts'
import { createUnderstudy } from '../../../src/understudy.ts'

/** Writes files into a folder of their own; the first one is the document. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-small-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** The API of a document, whose name is `api.yaml`. */
export function apiOf(text: string, others: Readonly<Record<string, string>> = {}): Api {
  return loadApis(join(folderOf({ 'api.yaml': text, ...others }), 'api.yaml'))[0] as Api
}

/** What the notes of an API say, as `pointer: what`. */
export function notesOf({ notes }: Api): string[] {
  return notes.map(({ pointer, what }) => `${pointer}: ${what}`)
}

/** Serves a document while `use` runs, without a socket. */
export async function served(text: string, use: (mock: Understudy) => Promise<void>): Promise<void> {
  const mock = await createUnderstudy({ apis: [join(folderOf({ 'api.yaml': text }), 'api.yaml')], listen: false })
  try {
    await use(mock)
  } finally {
    await mock.close()
  }
}
