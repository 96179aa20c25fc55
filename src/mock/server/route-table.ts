import { pointerTo } from '../../openapi/pointer.ts'
import type { Engine } from '../engine/engine.ts'

/** The API that a path belongs to; `allow` where the path exists, with the methods that it has. */
interface FoundRoute {
  readonly engine: Engine
  readonly allow: string | undefined
  readonly pointer: string
}

/** Answers what Fastify's router does not tell: which methods a path has, and whose 404 an unknown path is. */
export interface RouteTable {
  /** Path templates with their base path, of all APIs. */
  readonly templates: readonly string[]
  find(path: string): FoundRoute | undefined
  /** The value of `Allow` for a path template below its base. */
  allowedOn(template: string): string
  declares(method: string, template: string): boolean
}

interface Path {
  readonly engine: Engine
  readonly template: string
  readonly pattern: RegExp
  readonly methods: string[]
  readonly pointer: string
}

export function createRouteTable(engines: readonly Engine[]): RouteTable {
  const paths = new Map<string, Path>()
  for (const engine of engines) {
    for (const base of engine.api.bases) {
      for (const { operation } of engine.plans) {
        const template = base + operation.path
        const path = paths.get(template) ?? {
          engine,
          template,
          pattern: patternOf(template),
          methods: [],
          pointer: pointerTo('/paths', operation.path),
        }
        path.methods.push(operation.method)
        paths.set(template, path)
      }
    }
  }
  // Longest first, so that of two nested families the inner one answers.
  const families = engines
    .flatMap((engine) => engine.api.families.map((prefix) => ({ engine, prefix })))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
  const list = [...paths.values()]
  return {
    templates: [...paths.keys()],
    find: (path) => {
      const known = list.find(({ pattern }) => pattern.test(path))
      if (known) return { engine: known.engine, allow: allowOf(known.methods), pointer: known.pointer }
      const family = families.find(({ prefix }) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`))
      return family && { engine: family.engine, allow: undefined, pointer: '/paths' }
    },
    allowedOn: (template) => allowOf(paths.get(template)?.methods ?? []),
    declares: (method, template) => paths.get(template)?.methods.includes(method) ?? false,
  }
}

/** Declared methods, `HEAD` beside `GET`, and `OPTIONS`, which every path answers. */
function allowOf(methods: readonly string[]): string {
  return [
    ...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).concat('OPTIONS')),
  ].join(', ')
}

function patternOf(template: string): RegExp {
  const source = template
    .split(/(\{[^}]+\})/)
    .map((part) => (part.startsWith('{') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)))
    .join('')
  return new RegExp(`^${source}$`)
}
