import type { RoutedPath } from './routed-paths.ts'

interface Node {
  readonly fixed: Map<string, Node>
  parameter: Node | undefined
  path: RoutedPath | undefined
  /** The names of the parameters on the way here. */
  names: readonly string[]
}

/** Makes of a path and its parameters what is looked for; `undefined` lets the search go on. */
export type Accept<Found> = (path: RoutedPath, params: Readonly<Record<string, string>>) => Found | undefined

/** Longer values of a parameter are none, as for Fastify's router. */
const MAX_PARAMETER_LENGTH = 8192

/**
 * Finds the paths that a request may mean, segment by segment, what is fixed before what is a parameter (OpenAPI 3.1, 4.8.8.1). Made
 * in a thousandth of the time that a router needs which compiles each of its routes: a large document has a thousand of them.
 */
export class PathTrie {
  readonly #root = newNode()

  constructor(paths: readonly RoutedPath[]) {
    for (const path of paths) this.#add(path)
  }

  /** What `accept` makes of the first path that it takes. The path of the request has no query. */
  find<Found>(path: string, accept: Accept<Found>): Found | undefined {
    const segments = path.slice(1).split('/').map(decoded)
    return search(this.#root, { segments, values: [], accept }, 0)
  }

  #add(path: RoutedPath): void {
    let node = this.#root
    const names: string[] = []
    for (const segment of path.url.slice(1).split('/')) {
      if (isParameter(segment)) {
        names.push(segment.slice(1))
        node = node.parameter ??= newNode()
        continue
      }
      const text = segment.replaceAll('::', ':')
      const next = node.fixed.get(text) ?? newNode()
      node.fixed.set(text, next)
      node = next
    }
    node.path = path
    node.names = names
  }
}

function newNode(): Node {
  return { fixed: new Map(), parameter: undefined, path: undefined, names: [] }
}

function isParameter(segment: string): boolean {
  return segment.startsWith(':') && !segment.startsWith('::')
}

interface Search<Found> {
  /** Decoded; `undefined` for what can't be. */
  readonly segments: readonly (string | undefined)[]
  /** Of the parameters on the way. */
  readonly values: string[]
  readonly accept: Accept<Found>
}

function search<Found>(node: Node, state: Search<Found>, index: number): Found | undefined {
  const { segments, values, accept } = state
  if (index === segments.length) return node.path && accept(node.path, named(node.names, values))
  const segment = segments[index]
  if (segment === undefined) return undefined
  const fixed = node.fixed.get(segment)
  const found = fixed && search(fixed, state, index + 1)
  if (found !== undefined || !node.parameter || segment === '' || segment.length > MAX_PARAMETER_LENGTH) return found
  values.push(segment)
  const below = search(node.parameter, state, index + 1)
  values.pop()
  return below
}

function named(names: readonly string[], values: readonly string[]): Record<string, string> {
  // A parameter may have the name of what every object inherits.
  const params = Object.create(null) as Record<string, string>
  names.forEach((name, index) => (params[name] = values[index] ?? ''))
  return params
}

function decoded(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
