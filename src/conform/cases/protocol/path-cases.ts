import type { Api, Operation, Pointer } from '../../../openapi/api.ts'
import { assumptionAt } from '../../../openapi/assumption.ts'
import type { RequestCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import { prefixOf, requestOf } from '../draft.ts'

/** Paths that lead nowhere: beside, below and behind those that there are. */
export function unknownPaths(context: Context, bases: ReadonlyMap<Operation, BaseRequest>): RequestCase[] {
  const { api, target } = context
  // Of somebody else's document nobody knows whether its response for things that are not there is meant for paths, too.
  const spec = api.strict ? api.unroutable.notFound : undefined
  const [credential] = Object.values(target.credentials)
  const prefix = prefixOf(context)
  const under = (path: string): string => (api.bases.includes('') ? path : prefix + withoutBase(api, path))
  const families = (target.described ? api.families.slice(0, 1) : api.families).map(under)
  const unknown = families.flatMap((family) =>
    ['understudy-unknown', 'understudy/unknown/path'].map((rest) => `${family === '/' ? '' : family}/${rest}`),
  )
  const extended = api.operations
    .filter((each) => !each.path.includes('{'))
    .map(({ path }) => prefix + path)
    .flatMap((path) => [`${path}/understudy-unknown/further`, `${path}/`, `${path}x`, lastInCapitals(path)])
  const items = [...bases.values()].filter(({ draft }) => draft.operation.path.includes('{')).flatMap(besideItem)
  return [...new Set([...unknown, ...extended, ...items])]
    .filter((path) => !matchesAny(api.operations, withoutBase(api, path)))
    .flatMap((path) =>
      ['GET', 'POST'].map((method) => unknownPath(context, method, path, spec?.pointer, credential ?? {})),
    )
}

/** Routers that match the beginning of a path serve whatever stands behind it; others overlook a slash, or the case of a word. */
function besideItem({ draft }: BaseRequest): readonly string[] {
  const { operation } = draft
  const pathOf = (path: string): string =>
    requestOf({ ...draft, operation: { ...operation, path }, extraQuery: [] }).path.replace(/\?.*/, '')
  const item = pathOf(operation.path)
  return [`${item}/understudy-unknown`, `${item}/`, pathOf(lastWordInCapitals(operation.path))]
}

/** `/v2/interactions/{id}` → `/v2/INTERACTIONS/{id}`: the words before may name the family of paths. */
function lastWordInCapitals(path: string): string {
  return path.replace(
    /\/([^/{}]+)((?:\/[^/]*\{[^/]*)*)$/,
    (_, word: string, rest: string) => `/${word.toUpperCase()}${rest}`,
  )
}

/** The path below the path of `servers`, where an API is served nowhere else. */
function withoutBase({ bases }: Api, path: string): string {
  if (bases.includes('')) return path
  const base = bases.find((each) => path.startsWith(`${each}/`))
  return base === undefined ? path : path.slice(base.length)
}

/** Paths are compared letter by letter (RFC 3986, section 6.2.2.1). */
function lastInCapitals(path: string): string {
  const slash = path.lastIndexOf('/')
  return path.slice(0, slash) + path.slice(slash).toUpperCase()
}

function unknownPath(
  context: Context,
  method: string,
  path: string,
  pointer: Pointer | undefined,
  credential: Readonly<Record<string, string>>,
): RequestCase {
  const why =
    pointer === undefined
      ? 'the document does not describe what unknown paths lead to'
      : assumptionAt(context.api.document, pointer)
  const headers = [
    ...Object.entries(credential),
    ...(method === 'POST' ? [['content-type', 'application/json'] as const] : []),
  ]
  return {
    id: `${context.api.name}/${path}: ${method}`,
    name: `${method} ${path}`,
    kind: 'protocol',
    api: context.api.name,
    operation: undefined,
    checks: ['unknown-path'],
    pointer: pointer ?? '/paths',
    tier: why === undefined ? 'documented' : 'assumed',
    ...(why !== undefined && { why }),
    given: [],
    changesNothing: true,
    request: { method, path, headers, ...(method === 'POST' && { body: '{}' }) },
    expectation: { kind: 'refusal', statuses: ['404'], accepted: 'unknown-path' },
  }
}

function matchesAny(operations: readonly Operation[], path: string): boolean {
  return operations.some((operation) => {
    const pattern = operation.path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{[^}]+\}/g, '[^/]+')
    return new RegExp(`^${pattern}$`).test(path)
  })
}
