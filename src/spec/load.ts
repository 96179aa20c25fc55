import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { UnderstudyError } from '../errors.ts'
import type { Api } from './api.ts'
import { compileApi } from './compile.ts'
import { readSpec } from './document.ts'

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
    return compileApi(readSpec(join(folder, file), `${basename(resolve(folder))}/${file}`))
  })
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
