import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Yaml from 'yaml'

/** Either the value of a YAML text, or why it has none, in one line with line and column. */
export type Parsed = { readonly value: unknown } | { readonly problem: string }

/** Parsed texts by their content, written when the package is built: a YAML parser takes longer than all else of a start. */
const cacheFolder = fileURLToPath(new URL('../../dist/yaml-cache', import.meta.url))

/** How often one anchor may be repeated: a file of workflows names its fields some hundred times, an attack a billion. */
const MAX_ALIASES = 1000

/** Parses YAML 1.2 (of which JSON is a part); repeated keys are a mistake. */
export function parseYaml(text: string): Parsed {
  try {
    return { value: JSON.parse(readFileSync(cacheFile(text), 'utf8')) }
  } catch {
    return parse(text)
  }
}

/** Writes a value as YAML. */
export function yamlOf(
  value: unknown,
  options: Yaml.DocumentOptions & Yaml.CreateNodeOptions & Yaml.ToStringOptions,
): string {
  return yaml().stringify(value, options)
}

/** Writes the cache for every YAML file below the folders. */
export function cacheYaml(folders: readonly string[]): void {
  mkdirSync(cacheFolder, { recursive: true })
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) =>
      each.endsWith('.yaml'),
    )) {
      const text = readFileSync(join(folder, name), 'utf8')
      const parsed = parse(text)
      if ('value' in parsed) writeFileSync(cacheFile(text), JSON.stringify(parsed.value))
    }
  }
}

function cacheFile(text: string): string {
  return join(cacheFolder, `${createHash('sha256').update(text).digest('hex')}.json`)
}

function parse(text: string): Parsed {
  const document = yaml().parseDocument(text, { prettyErrors: true, uniqueKeys: true })
  const [problem] = document.errors
  return problem
    ? { problem: problem.message.split('\n', 1)[0] ?? '' }
    : { value: document.toJS({ maxAliasCount: MAX_ALIASES }) }
}

/** Loaded only when something is not in the cache, or written. */
function yaml(): typeof Yaml {
  return createRequire(import.meta.url)('yaml') as typeof Yaml
}
