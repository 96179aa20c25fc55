import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Api } from './api.ts'
import { compileApi, compileOpened } from './compile.ts'
import { parseSpec } from './document.ts'
import { type DocumentFile, documentFiles } from './document-files.ts'
import type { LoadOptions } from './load-options.ts'
import { openSource, readSource, type Source, textsOf } from './open-source.ts'

export type { LoadOptions } from './load-options.ts'

/** The folder of the documents that are held to the strictest reading. */
const ownFolder = fileURLToPath(new URL('../../openapi', import.meta.url))

/**
 * Compiles the documents that are named: by the path of a file or folder, by `-` for standard input, or by their name in the folder
 * (or the file) `openapi`; no names mean all of that. `*.arazzo.*` files are workflows and `*.overlay.*` files overlays, not documents.
 * Throws API_UNKNOWN for a name without a file, SPEC_… for a file that can't be used.
 */
export function loadApis(openapi: string, names: readonly string[] = [], options: LoadOptions = {}): Api[] {
  return documentFiles(openapi, names).map((document) => compiled(document, options))
}

/** Whether a document is held to the strictest reading. */
export function isStrict({ path }: DocumentFile, { strictSpec }: LoadOptions): boolean {
  return strictSpec === true || dirname(path) === dirname(join(ownFolder, '_'))
}

/** What was compiled last, oldest first. Nothing of an `Api` changes, so all who read the same text may share one. */
const recent = new Map<string, Api>()
const RECENT = 16

function compiled(document: DocumentFile, options: LoadOptions): Api {
  const strict = isStrict(document, options)
  const source = readSource(document, options, strict)
  const key = [document.path, document.name, String(strict), ...textsOf(source)].join('\n')
  const api = recent.get(key) ?? compile(document, source, options, strict)
  recent.delete(key)
  // Other files may have changed in the meantime.
  if (api.files.length === 1) recent.set(key, api)
  for (const oldest of recent.keys()) {
    if (recent.size <= RECENT) break
    recent.delete(oldest)
  }
  return api
}

function compile(document: DocumentFile, source: Source, options: LoadOptions, strict: boolean): Api {
  const { name, path, file } = document
  if (strict) return compileApi(parseSpec(source.text(), file), [path])
  const { opened, files } = openSource(document, source, options)
  return compileOpened(opened, name, files)
}
