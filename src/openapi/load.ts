import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { UnderstudyError } from '../errors.ts'
import type { Api } from './api.ts'
import { compileApi } from './compile.ts'
import { parseSpec, readSpecText } from './document.ts'

/**
 * Compiles `<folder>/<name>.yaml` for each name, or every spec of the folder; `*.arazzo.yaml` files are workflows, not specs.
 * Throws API_UNKNOWN for a name without a file, SPEC_… for a file that is wrong.
 */
export function loadApis(folder: string, names: readonly string[] = []): Api[] {
  const files = specFiles(folder)
  const known = [...files.keys()]
  const wanted = names.length === 0 ? known : [...new Set(names)]
  return wanted.map((name) => {
    const file = files.get(name)
    if (file === undefined) {
      throw new UnderstudyError(
        'API_UNKNOWN',
        `there is no API ${JSON.stringify(name)}; known: ${known.join(', ') || 'none'}`,
      )
    }
    return compiled(join(folder, file), `${basename(resolve(folder))}/${file}`)
  })
}

/** What was compiled last, oldest first. Nothing of an `Api` changes, so all who read the same text may share one. */
const recent = new Map<string, Api>()
const RECENT = 16

/** A test suite starts a mock for each of its files or tests: the second one finds the spec and its validators compiled. */
function compiled(path: string, name: string): Api {
  const text = readSpecText(path, name)
  const key = `${name}\n${text}`
  const api = recent.get(key) ?? compileApi(parseSpec(text, name))
  recent.delete(key)
  recent.set(key, api)
  for (const oldest of recent.keys()) {
    if (recent.size <= RECENT) break
    recent.delete(oldest)
  }
  return api
}

function specFiles(folder: string): Map<string, string> {
  let files: string[]
  try {
    files = readdirSync(folder).toSorted()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new UnderstudyError(
      'SPEC_UNREADABLE',
      code === 'ENOENT' ? 'there is no such folder of specs' : `cannot be read (${code})`,
      folder,
    )
  }
  const specs = files.filter((file) => /\.(ya?ml|json)$/.test(file) && !/\.arazzo\.(ya?ml|json)$/.test(file))
  if (specs.length === 0)
    throw new UnderstudyError('SPEC_UNREADABLE', 'holds no OpenAPI document (*.yaml, *.json)', folder)
  return new Map(specs.map((file) => [file.replace(/\.(ya?ml|json)$/, ''), file]))
}
