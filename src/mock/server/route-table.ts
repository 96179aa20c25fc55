import { pointerTo } from '../../openapi/pointer.ts'
import type { Engine } from '../engine/engine.ts'
import { type Candidate, type RoutedPath, routedPaths } from './routed-paths.ts'
import { segmentPattern } from './segment-pattern.ts'

/** The API that a path belongs to; `allow` where the path exists, with the methods that it has. */
interface FoundRoute {
  readonly engine: Engine
  readonly allow: string | undefined
  readonly pointer: string
}

/** Answers what Fastify's router does not tell: which methods a path has, and whose 404 an unknown path is. */
export interface RouteTable {
  readonly paths: readonly RoutedPath[]
  find(path: string): FoundRoute | undefined
  /** The base paths below which a path would be one, `/api/v3` for `/pet`. */
  basesFor(path: string): readonly string[]
}

export function createRouteTable(engines: readonly Engine[]): RouteTable {
  const paths = routedPaths(engines)
  // Longest first, so that of two nested families the inner one answers.
  const families = engines
    .flatMap((engine) => engine.api.families.map((prefix) => ({ engine, prefix })))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
  let made: Template[] | undefined
  const matching = (path: string): Template[] => {
    const segments = path.split('/')
    return (made ??= paths.flatMap(templatesOf)).filter(({ matches }) => matches(segments))
  }
  const own = engines.flatMap(({ plans }) => plans.flatMap(({ operation }) => operation.bases ?? []))
  const bases = [...new Set([...engines.flatMap(({ api }) => api.bases), ...own])].filter((base) => base !== '')
  return {
    paths,
    basesFor: (path) => bases.filter((base) => matching(base + path).length > 0),
    find: (path) => {
      const known = matching(path)
      const [first] = known
      if (first) {
        const { engine, plan } = first.candidate
        const allow = allowOf(known.flatMap(({ methods }) => methods))
        return { engine, allow, pointer: pointerTo('/paths', plan.operation.path) }
      }
      const family = families.find(({ prefix }) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`))
      return family && { engine: family.engine, allow: undefined, pointer: '/paths' }
    },
  }
}

interface Template {
  readonly candidate: Candidate
  readonly matches: (segments: readonly string[]) => boolean
  readonly methods: readonly string[]
}

function templatesOf({ methods }: RoutedPath): Template[] {
  const found = new Map<string, { candidate: Candidate; methods: string[] }>()
  for (const [method, candidates] of methods) {
    for (const candidate of candidates) {
      const known = found.get(candidate.template) ?? { candidate, methods: [] }
      known.methods.push(method)
      found.set(candidate.template, known)
    }
  }
  return [...found].map(([template, known]) => ({ ...known, matches: matcherOf(template) }))
}

/** Declared methods, `HEAD` beside `GET`, and `OPTIONS`, which every path answers. */
export function allowOf(methods: readonly string[]): string {
  return [
    ...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).concat('OPTIONS')),
  ].join(', ')
}

/** Whether a path is one of a template. */
function matcherOf(template: string): (segments: readonly string[]) => boolean {
  const parts = template.split('/').map((part) => segmentPattern(part, (text) => text))
  return (segments) =>
    segments.length === parts.length && parts.every(({ match }, index) => match(segments[index] ?? '') !== undefined)
}
