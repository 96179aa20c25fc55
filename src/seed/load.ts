import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UnderstudyError } from '../errors.ts'
import type { Api, JsonObject } from '../spec/api.ts'
import type { SchemaError } from '../spec/judge.ts'
import { isObject, pointerTo } from '../spec/pointer.ts'
import { parseYaml } from '../spec/yaml.ts'
import { parseStates } from './states.ts'
import type { Credential, ProviderState, Seed } from './seed.ts'

const STATES = 'states.yaml'
const CREDENTIALS = 'credentials'

/**
 * Reads `<folder>/<api>/*.json` and `states.yaml` and holds every row against the spec.
 * Throws FIXTURE_UNREADABLE or FIXTURE_INVALID with `file#/pointer`; an API without a folder starts empty.
 */
export function loadSeed(api: Api, folder: string): Seed {
  const directory = join(folder, api.name)
  const files = filesIn(directory)
  const rows: Record<string, readonly JsonObject[]> = {}
  let credentials: readonly Credential[] = []
  let states: readonly ProviderState[] = []
  for (const name of files) {
    const file = `${api.name}/${name}`
    const content = readData(join(directory, name), file)
    if (name === STATES) states = parseStates(api, file, content)
    else if (name === `${CREDENTIALS}.json`) credentials = parseCredentials(file, content)
    else rows[collectionOf(api, name, file)] = parseRows(api, file, collectionOf(api, name, file), content)
  }
  return { api: api.name, rows, credentials, states }
}

/** Checks one row as a fixture or a `PUT /__mock/state` brings it; `where` names it in the error. */
export function checkRow(api: Api, collection: string, row: unknown): readonly SchemaError[] {
  const spec = api.collections[collection]
  return spec ? spec.judge(row) : checkCredential(row)
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => !name.startsWith('.'))
      .toSorted()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new UnderstudyError('FIXTURE_UNREADABLE', (error as Error).message, directory)
  }
}

function readData(path: string, file: string): unknown {
  // YAML is a superset of JSON, but its parser is far slower, and JSON is what the big files are.
  const text = readFileSync(path, 'utf8')
  if (file.endsWith('.json')) {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new UnderstudyError('FIXTURE_UNREADABLE', `is not valid JSON: ${(error as Error).message}`, file)
    }
  }
  const parsed = parseYaml(text)
  if ('problem' in parsed) throw new UnderstudyError('FIXTURE_UNREADABLE', `is not valid YAML: ${parsed.problem}`, file)
  return parsed.value
}

function collectionOf(api: Api, name: string, file: string): string {
  const collection = name.replace(/\.json$/, '')
  if (name.endsWith('.json') && collection in api.collections) return collection
  const known = [...Object.keys(api.collections), CREDENTIALS].map((each) => `${each}.json`)
  throw new UnderstudyError(
    'FIXTURE_INVALID',
    `is used by nothing; ${api.file} knows ${[...known, STATES].join(', ')}`,
    file,
  )
}

function parseRows(api: Api, file: string, collection: string, content: unknown): readonly JsonObject[] {
  if (!Array.isArray(content)) throw new UnderstudyError('FIXTURE_INVALID', 'must be an array of rows', file)
  const { key } = api.collections[collection] as { key: string }
  const seen = new Set<unknown>()
  content.forEach((row: unknown, index) => {
    const where = `${file}#${pointerTo('', index)}`
    const [error] = checkRow(api, collection, row)
    if (error) throw new UnderstudyError('FIXTURE_INVALID', describe(api, error), `${where}${error.at}`)
    const id = (row as JsonObject)[key]
    if (typeof id !== 'string' && typeof id !== 'number') {
      throw new UnderstudyError('FIXTURE_INVALID', `needs a text or a number under its key ${key}`, where)
    }
    if (seen.has(id)) throw new UnderstudyError('FIXTURE_INVALID', `repeats the ${key} ${id}`, where)
    seen.add(id)
  })
  return content as JsonObject[]
}

function parseCredentials(file: string, content: unknown): readonly Credential[] {
  if (!Array.isArray(content)) throw new UnderstudyError('FIXTURE_INVALID', 'must be an array of credentials', file)
  content.forEach((row: unknown, index) => {
    const [error] = checkCredential(row)
    if (error) throw new UnderstudyError('FIXTURE_INVALID', error.message, `${file}#${pointerTo('', index)}${error.at}`)
  })
  return content as Credential[]
}

function checkCredential(row: unknown): readonly SchemaError[] {
  if (!isObject(row)) return [credentialError('', 'must be an object')]
  if (typeof row['id'] !== 'string') return [credentialError('/id', 'must be a text')]
  if (typeof row['description'] !== 'string') return [credentialError('/description', 'must be a text')]
  const { headers } = row
  if (!isObject(headers)) return [credentialError('/headers', 'must be an object: header → value')]
  const odd = Object.entries(headers).find(([name, value]) => name !== name.toLowerCase() || typeof value !== 'string')
  return odd ? [credentialError(`/headers/${odd[0]}`, 'must be a text under a lower-case name')] : []
}

function credentialError(at: string, message: string): SchemaError {
  return { at, keyword: 'credential', pointer: '', message, params: {} }
}

function describe(api: Api, error: SchemaError): string {
  const member =
    error.params['missingProperty'] ?? error.params['additionalProperty'] ?? error.params['unevaluatedProperty']
  const detail = member === undefined ? '' : ` (${String(member)})`
  return `${error.message}${detail}, says ${api.file}#${error.pointer}`
}
