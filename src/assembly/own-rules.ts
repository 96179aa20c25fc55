import { existsSync, readdirSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UnderstudyError } from '../errors.ts'
import type { Handler, Result, Rules } from '../mock/handlers/handler.ts'
import type { Api } from '../openapi/api.ts'

/** Told of an error that a rule threw: `rules/pets.js:3:9: …`. */
export type RuleErrorListener = (message: string) => void

const endings = ['.js', '.mjs', '.ts', '.mts']

/**
 * The rules in `<folder>/<api>.js`, `.mjs` or `.ts` of each API that has some, by its name. Throws USAGE for a folder that has none of
 * them, and HANDLER_UNKNOWN for a file that cannot be loaded or holds no handlers.
 */
export async function loadRules(
  folder: string,
  apis: readonly Api[],
  onError: RuleErrorListener = () => undefined,
): Promise<Readonly<Record<string, Rules>>> {
  if (!existsSync(folder)) throw new UnderstudyError('USAGE', 'there is no such folder of rules', folder)
  const files = readdirSync(folder)
  const found: [string, Rules][] = []
  for (const { name } of apis) {
    const ending = endings.find((each) => files.includes(name + each))
    if (ending !== undefined) found.push([name, await rulesIn(resolve(folder, name + ending), apis, name, onError)])
  }
  if (found.length > 0) return Object.fromEntries(found)
  const names = apis.map(({ name }) => `${name}.js`).join(', ')
  throw new UnderstudyError(
    'USAGE',
    `holds rules for no API that is served; they would be in ${names} (or .mjs, .ts)`,
    folder,
  )
}

async function rulesIn(file: string, apis: readonly Api[], name: string, onError: RuleErrorListener): Promise<Rules> {
  const shown = relative('', file)
  const rules = rulesOf(await loaded(file, shown), shown)
  const api = apis.find((each) => each.name === name) as Api
  const known = new Set(api.operations.map(({ id }) => id))
  const unknown = Object.keys(rules.handlers).find((id) => !known.has(id))
  if (unknown !== undefined)
    throw new UnderstudyError(
      'HANDLER_UNKNOWN',
      `has a handler for ${unknown}, an operation that ${api.file} does not have; it has ${[...known].join(', ')}`,
      shown,
    )
  const guarded = Object.entries(rules.handlers).map(([id, handler]) => [id, guard(handler, file, shown, onError)])
  return { ...rules, handlers: Object.fromEntries(guarded) as Rules['handlers'] }
}

async function loaded(file: string, shown: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    // Node's own way with types, from 22.18 on, leaves out enums, and a bundler that runs in between would see the query.
    if (/\.m?ts$/.test(file)) {
      const { createJiti } = await import('jiti')
      return await createJiti(import.meta.url, { moduleCache: false, fsCache: false }).import(file)
    }
    // Another version of a file is another module; the same one is loaded once.
    return (await import(`${pathToFileURL(file).href}?${statSync(file).mtimeMs}`)) as Readonly<Record<string, unknown>>
  } catch (error) {
    throw new UnderstudyError(
      'HANDLER_UNKNOWN',
      `cannot be loaded: ${placed(error, file).message}`,
      shown + placed(error, file).place,
    )
  }
}

/** Rules as a whole, or handlers alone: as the default export, as `rules`, or each function under its operationId. */
function rulesOf(module: Readonly<Record<string, unknown>>, shown: string): Rules {
  const given = module['default'] ?? module['rules'] ?? module
  const handlers = isRecord(given) && isRecord(given['handlers']) ? given['handlers'] : given
  const functions = isRecord(handlers) ? Object.entries(handlers) : []
  const odd = functions.find(([, value]) => typeof value !== 'function')
  if (functions.length === 0 || odd) {
    const what = odd ? `: ${odd[0]} is none` : ''
    throw new UnderstudyError('HANDLER_UNKNOWN', `must export an object of functions by operationId${what}`, shown)
  }
  // What the functions return is checked whenever one of them is called.
  return (handlers === given ? { handlers } : given) as Rules
}

/** An error of a rule ends with its request, and says where it happened. */
function guard(handler: Handler, file: string, shown: string, onError: RuleErrorListener): Handler {
  return (exchange) => {
    try {
      return resultOf(handler(exchange), exchange.operation.id)
    } catch (error) {
      const message = describeError(error, file, shown)
      onError(message)
      throw new Error(message, { cause: error })
    }
  }
}

/** `{ status, body }` is a reply, too. */
function resultOf(result: unknown, id: string): Result {
  if (isRecord(result) && typeof result['status'] === 'number')
    return (result['kind'] === undefined ? { ...result, kind: 'reply' } : result) as unknown as Result
  const what = result instanceof Promise ? 'a promise; handlers are synchronous' : JSON.stringify(result)
  throw new Error(`${id} must return { status, body, headers } or refuse(status, message), not ${what}`)
}

/** `rules/pets.js:3:9: message`, where the stack names a line of the file. */
function describeError(error: unknown, file: string, shown: string): string {
  const { message, place } = placed(error, file)
  return `${shown}${place}: ${message}`
}

/** The first line of what an error says, and `:3:9` where its stack names a line of the file. */
function placed(error: unknown, file: string): { readonly message: string; readonly place: string } {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const places = [file, pathToFileURL(file).href].map((name) => {
    const at = stack.indexOf(name)
    return at < 0 ? undefined : /^(?:\?[\d.]+)?(:\d+(?::\d+)?)/.exec(stack.slice(at + name.length))?.[1]
  })
  return { message: message.split('\n')[0] ?? '', place: places.find((place) => place !== undefined) ?? '' }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
