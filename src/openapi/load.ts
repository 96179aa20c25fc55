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
  const known = recent.get(key)
  if (known) {
    recent.delete(key)
    recent.set(key, known)
    return known
  }
  const { api, isAlone } = compile(document, source, options, strict)
  // Other files may have changed the next time.
  if (isAlone) recent.set(key, api)
  const [oldest = ''] = recent.keys()
  if (recent.size > RECENT) recent.delete(oldest)
  return api
}

interface Compiled {
  readonly api: Api
  readonly isAlone: boolean
}

function compile(document: DocumentFile, source: Source, options: LoadOptions, strict: boolean): Compiled {
  const { name, path, file } = document
  if (strict) return { api: compileApi(parseSpec(source.text(), file), [path]), isAlone: true }
  const { opened, files, isAlone } = openSource(document, source, options)
  return { api: compileOpened(opened, name, files), isAlone }
}
