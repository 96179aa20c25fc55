import type { JsonObject } from './api.ts'
import { type Compiler, unique } from './compiler.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import { textOf } from './text-of.ts'

/** The path parts of all servers, with variables at their defaults; no servers means the root. */
export function compileBases(compiler: Compiler): string[] {
  const bases = basesOf(compiler.root['servers'])
  return bases.length === 0 ? [''] : bases
}

/** The path parts of a list of servers; none where there is no list. */
export function basesOf(servers: unknown): string[] {
  if (!Array.isArray(servers)) return []
  return unique(servers.filter(isObject).map((server) => pathOfUrl(substituteVariables(server))))
}

function substituteVariables(server: JsonObject): string {
  return textOf(server['url'] ?? '').replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    textOf(valueAt(server, pointerTo('', 'variables', name, 'default')) ?? ''),
  )
}

function pathOfUrl(url: string): string {
  const path = URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost').pathname : '/'
  return path.replace(/\/+$/, '')
}

/**
 * The directory above each path's first resource: `/v2` for `/v2/interactions/{id}`, `/pets` for `/pets`. A server's path that ends
 * in a version, such as `/v1`, belongs to the API as a whole.
 */
export function compileFamilies(compiler: Compiler, bases: readonly string[]): string[] {
  const directories = unique(Object.keys(compiler.object('/paths')).map(directoryOf))
  const versions = bases.filter((base) => /\/v\d[\w.]*$/.test(base))
  return unique([...bases.flatMap((base) => directories.map((directory) => base + directory)), ...versions])
}

function directoryOf(path: string): string {
  const segments = path.split('/').slice(1)
  const parameter = segments.findIndex((segment) => segment.includes('{'))
  const fixed = parameter < 0 ? segments : segments.slice(0, parameter)
  return `/${(fixed.length > 1 ? fixed.slice(0, -1) : fixed).join('/')}`
}
