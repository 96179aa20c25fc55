import { UnderstudyError } from '../../errors.ts'
import type { Operation } from '../../openapi/api.ts'
import { parseQuery } from '../../openapi/parameter.ts'
import type { Engine, Plan } from '../engine/engine.ts'
import { segmentPattern, type SegmentPattern } from './segment-pattern.ts'

/** A path as Fastify routes it, with all operations whose templates look alike to it, of whatever API. */
export interface RoutedPath {
  /** As find-my-way writes it: `/pets/:petId`, or `/pets/:p1` where templates differ in their names. */
  readonly url: string
  /** The template of its first operation, below its base path. */
  readonly template: string
  /** By method; those with more conditions come first. */
  readonly methods: ReadonlyMap<string, readonly Candidate[]>
}

/** An operation below one base path, and what a request needs to be one of it. */
export interface Candidate {
  readonly engine: Engine
  readonly plan: Plan
  readonly template: string
  /** Parts of the path that Fastify takes for a whole parameter; empty where it routes all of it right. */
  readonly segments: readonly Segment[]
  /** The path's values by parameter name; `undefined` when the request is none of this operation. */
  readonly read: (params: Readonly<Record<string, string>>, url: string) => Readonly<Record<string, string>> | undefined
}

interface Segment {
  /** The name under which Fastify has its text. */
  readonly param: string
  readonly names: readonly string[]
  /** The value for each name in its text; `undefined` where the text is the value. */
  readonly match: SegmentPattern['match'] | undefined
}

interface Template {
  readonly url: string
  readonly segments: readonly Segment[]
}

/** Groups the operations of all engines by what Fastify can tell apart. Throws SPEC_INVALID where a strict document has two for one request. */
export function routedPaths(engines: readonly Engine[]): RoutedPath[] {
  const found = new Map<string, { template: string; methods: Map<string, Candidate[]> }>()
  for (const engine of engines) {
    for (const plan of engine.plans) {
      for (const base of basesOf(plan)) {
        const template = base + plan.operation.path
        const { url, segments } = canonical(template)
        const path = found.get(url) ?? { template, methods: new Map<string, Candidate[]>() }
        found.set(url, path)
        addCandidate(path.methods, candidateOf(engine, plan, template, segments))
      }
    }
  }
  return [...found].map(([url, { template, methods }]) => withNames({ url, template, methods }))
}

function basesOf({ api, operation }: Plan): readonly string[] {
  return operation.bases ? [...new Set([...operation.bases, ...api.bases])] : api.bases
}

function addCandidate(methods: Map<string, Candidate[]>, candidate: Candidate): void {
  const { engine, plan } = candidate
  const { method, pointer } = plan.operation
  const list = methods.get(method) ?? []
  methods.set(method, list)
  const twin = list.find((other) => shapeOf(other) === shapeOf(candidate))
  if (!twin) {
    list.push(candidate)
    list.sort((one, other) => weightOf(other) - weightOf(one))
    return
  }
  // One document may have two servers of one path: the same operation is meant.
  if (twin.plan === plan) return
  const what = `is the same request as ${twin.plan.operation.id}${twin.engine === engine ? '' : ` of ${twin.engine.api.name}`}`
  if (engine.api.strict)
    throw new UnderstudyError('SPEC_INVALID', `cannot be served: it ${what}`, `${engine.api.file}#${pointer}`)
  engine.api.addNote({ what, pointer, instead: `${twin.plan.operation.id} answers it` })
}

function candidateOf(engine: Engine, plan: Plan, template: string, segments: readonly Segment[]): Candidate {
  const { query = [] } = plan.operation
  return {
    engine,
    plan,
    template,
    segments,
    read: (params, url) => (holds(query, url) ? valuesOf(segments, params) : undefined),
  }
}

function holds(conditions: NonNullable<Operation['query']>, url: string): boolean {
  if (conditions.length === 0) return true
  const pairs = parseQuery(url.slice(url.indexOf('?') + 1 || url.length))
  return conditions.every(({ name, value }) =>
    pairs.some(([sent, text]) => sent === name && (value === undefined || text === value)),
  )
}

function valuesOf(
  segments: readonly Segment[],
  params: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const values = Object.create(null) as Record<string, string>
  for (const { param, names, match } of segments) {
    const text = params[param] ?? ''
    const found = match ? match(text) : [text]
    if (!found) return undefined
    names.forEach((name, index) => (values[name] = found[index] ?? ''))
  }
  return values
}

/** What makes two candidates of one path and method the same: names don't. */
function shapeOf({ template, plan }: Candidate): string {
  const { query = [] } = plan.operation
  return `${template.replaceAll(/\{[^{}]*\}/g, '{}')}?${query.map(({ name, value }) => `${name}=${value}`).join('&')}`
}

function weightOf({ segments, plan }: Candidate): number {
  return segments.filter(({ match }) => match).length + (plan.operation.query?.length ?? 0)
}

/** Fastify's own names of the parameters are kept where all agree on them: then there is nothing to do at a request. */
function withNames(path: RoutedPath): RoutedPath {
  const candidates = [...path.methods.values()].flat()
  const [first] = candidates
  const isPlain = candidates.every(
    ({ segments, plan }) =>
      plan.operation.query === undefined &&
      new Set(segments.map(({ names }) => names[0])).size === segments.length &&
      segments.every(({ names, match }, index) => {
        const [name = ''] = names
        return match === undefined && /^\w+$/.test(name) && first?.segments[index]?.names[0] === name
      }),
  )
  if (!isPlain || !first) return path
  const url = first.segments.reduce((text, { param, names }) => text.replace(`:${param}`, `:${names[0]}`), path.url)
  const methods = new Map(
    [...path.methods].map(([method, list]) => [method, list.map((each) => ({ ...each, read: asTheyAre }))]),
  )
  return { ...path, url, methods }
}

const asTheyAre: Candidate['read'] = (params) => params

/** A template as find-my-way writes it, each parameter by its number: a segment that is more than one parameter becomes one. */
function canonical(template: string): Template {
  const segments: Segment[] = []
  const parts = template.split('/').map((part) => {
    if (!/[{*]/.test(part)) return decoded(part).replaceAll(':', '::')
    const param = `p${segments.length}`
    segments.push({ param, ...segmentOf(part) })
    return `:${param}`
  })
  return { url: parts.join('/'), segments }
}

function segmentOf(part: string): Pick<Segment, 'names' | 'match'> {
  const whole = /^\{([^{}]+)\}$/.exec(part)
  return whole ? { names: [whole[1] as string], match: undefined } : segmentPattern(part, decoded)
}

/** Fastify decodes a path before it looks for its route. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
