import { inferredAt } from '../../spec/inferred.ts'
import type { Api, Operation, Pointer } from '../../spec/api.ts'
import { pointerTo, valueAt } from '../../spec/pointer.ts'
import type { FlowCase, RequestCase } from '../case.ts'
import type { Base } from './body-cases.ts'
import type { Context } from './context.ts'
import { isJson, prefixOf, requestOf, type Draft } from './draft.ts'
import { flowCase, seen } from './flows/flow-case.ts'
import { preferring, refusal, refusalStatuses, requestCase, success, whyResponse, whyStatus } from './request-case.ts'
import { scenariosOf } from '../../spec/scenario.ts'
import { answerOf } from './scenario-cases.ts'
import { holdsInSeed } from './states.ts'
import { uploadLimitCases } from './upload-cases.ts'

const NOT_SAID = 'how a body that cannot be read is refused follows from HTTP, not from the page'
const DEFAULT_LIMIT = 1024 * 1024

/** Bodies that cannot be read, that are of another type, or too large. */
export function bodyProtocolCases(context: Context, base: Base): RequestCase[] {
  const { draft } = base
  const { operation } = draft
  if (!operation.requestBody || draft.body.kind === 'none') return []
  const text = draft.body.kind === 'json' ? JSON.stringify(draft.body.value) : draft.body.data
  const pointer = operation.requestBody.pointer
  const make = (
    name: string,
    change: Partial<Draft>,
    statuses: readonly string[],
    { why }: { readonly why: string | undefined } = { why: NOT_SAID },
  ): RequestCase =>
    requestCase(context, {
      name,
      kind: 'mutation',
      draft: { ...draft, ...change },
      expectation: refusal(statuses),
      pointer,
      why,
      given: base.given,
    })
  const typed = (name: string, contentType: string | undefined): RequestCase => ({
    ...make(
      name,
      { contentType, body: { kind: 'raw', data: text } },
      preferring(operation, '415'),
      // Where only the status is an assumption, accepting the body breaks what the page says.
      { why: whyResponse(context, operation, '415') },
    ),
    kind: 'protocol',
    checks: ['media-type-accepted', 'refusal-status'],
    expectation: refusal(preferring(operation, '415'), 'media-type-accepted'),
  })
  const contentType = draft.contentType ?? ''
  const foreign = [
    ...(contentType.startsWith('multipart/form-data') ? [contentType.replace('form-data', 'mixed')] : []),
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'text/html',
    'application/vnd.understudy+json',
  ]
    .filter((type) => !(type in (operation.requestBody?.content ?? {})))
    .map((type) => typed(`body is sent as ${type}`, type))
  const types = [...foreign, typed('body has no content type', undefined)]
  if (!isJson(contentType) || typeof text !== 'string') return [...types, ...uploadLimitCases(context, base)]
  const raw = (data: string | Uint8Array): Partial<Draft> => ({ body: { kind: 'raw', data } })
  const statuses = refusalStatuses(operation)
  const typedAs = (name: string, contentType: string): RequestCase =>
    make(name, { ...raw(text.slice(0, -1)), contentType }, statuses, {
      why: 'that a content type may have a charset, and any case, follows from RFC 9110',
    })
  // A server that minds the case of types breaks a rule of HTTP, but nothing that the page or the spec says.
  const capitals = typedAs('body is cut off and has its type in capitals', (draft.contentType ?? '').toUpperCase())
  const inCapitals: RequestCase = {
    ...capitals,
    expectation: refusal([...statuses, ...preferring(operation, '415')]),
  }
  const words = wordsForUnreadable(context, operation)
  const inWords = (each: RequestCase): RequestCase =>
    each.expectation.kind === 'refusal' ? { ...each, expectation: { ...each.expectation, ...words } } : each
  // Many a server replaces the bytes that are no UTF-8, and no page says that it must not: it has to answer, no more.
  const notUtf8: RequestCase = {
    ...make('body is not UTF-8', raw(withBadBytes(text)), statuses),
    checks: [],
    expectation: { kind: 'any' },
    changesNothing: false,
  }
  const unreadable = [
    typedAs('body is cut off and names its charset', `${draft.contentType ?? ''}; charset=utf-8`),
    make('body is cut off', raw(text.slice(0, -1)), statuses),
    make('body has a trailing comma', raw(`${text.slice(0, -1)},${text.slice(-1)}`), statuses),
    make('body has a comment', raw(`${text.slice(0, 1)}/* understudy */${text.slice(1)}`), statuses),
    make('body has unquoted names', raw(text.replace(/"(\w+)":/, '$1:')), statuses),
    make('body has bare words', raw(text.replaceAll(/:"([A-Za-z_]\w*)"/g, ':$1')), statuses),
    make('body lacks its commas', raw(text.replaceAll('","', '"\n"')), statuses),
    make('body has single quotes', raw(text.replaceAll('"', "'")), statuses),
    make('body is a word', raw('understudy'), statuses),
    make('body has more behind it', raw(`${text}${text}`), statuses),
    make('body is UTF-16', raw(Buffer.from(text, 'utf16le')), statuses),
  ]
    .filter((each) => each.request.body !== text && !isObjectBodyMissing(each, text))
    .map(inWords)
  const empty = operation.requestBody.required
    ? [make('body is empty', raw(''), statuses), make('body is blank', raw('  \n'), statuses)].map(inWords)
    : []
  return [...unreadable, ...empty, inCapitals, notUtf8, ...types, ...sizeCases(context, base, text)]
}

function withBadBytes(text: string): Uint8Array {
  const [head, tail] = [`${text.slice(0, -1)},"understudy":"`, '"}']
  return Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from(tail)])
}

/** What the spec has a scenario say to a body that is not JSON holds for every such body. */
function wordsForUnreadable(context: Context, operation: Operation): ReturnType<typeof answerOf> {
  const scenario = scenariosOf(context.api, operation).find(
    ({ rawBody, contentType, answer }) => rawBody !== undefined && contentType === undefined && answer !== undefined,
  )
  return scenario ? answerOf(context.api, operation, scenario) : {}
}

/** Undeclared methods, HEAD, OPTIONS and unknown paths. */
export function protocolCases(context: Context, bases: ReadonlyMap<Operation, Base>): (RequestCase | FlowCase)[] {
  const { api, target } = context
  const own = prefixOf(context)
  const others =
    target.described || !(api.bases.includes('') || own !== '') ? [] : api.bases.filter((base) => base !== '')
  const prefixes = [...new Set([own, ...others])]
  return [
    ...prefixes.flatMap((prefix) => methodCases(context, bases, prefix)),
    ...others.flatMap((prefix) => [...bases.values()].map((base) => belowPrefix(context, base, prefix))),
    ...unknownPaths(context, bases),
    ...headCases(context, bases),
  ]
}

/** What succeeds at the plain path succeeds below the path of each of the `servers`, too. */
function belowPrefix(context: Context, { draft, given, status }: Base, prefix: string): RequestCase {
  const { operation } = draft
  return requestCase(context, {
    name: `is called below ${prefix}`,
    kind: 'protocol',
    draft: { ...draft, base: prefix },
    pointer: operation.pointer,
    why: 'that the path is also there below another one follows from the servers of the spec, not from the page',
    expectation: success(operation, status),
    given,
  })
}

function methodCases(context: Context, bases: ReadonlyMap<Operation, Base>, prefix: string): RequestCase[] {
  const byPath = new Map([...bases.values()].toReversed().map((base) => [base.draft.operation.path, base]))
  return [...byPath].flatMap(([path, base]) => {
    const declared = context.api.operations
      .filter((operation) => operation.path === path)
      .map((operation) => operation.method)
    const plain: Draft = {
      ...base.draft,
      base: prefix,
      body: { kind: 'none' },
      contentType: undefined,
      values: Object.fromEntries(Object.entries(base.draft.values).filter(([key]) => key.startsWith('path:'))),
    }
    const spec = context.api.unroutable.methodNotAllowed
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !declared.includes(method))
    const refused = others.map((method): RequestCase => {
      const hasBody = method !== 'GET' && method !== 'DELETE'
      const draft: Draft = {
        ...plain,
        method,
        ...(hasBody && { body: { kind: 'raw', data: '{}' }, contentType: 'application/json' }),
      }
      const pointer = spec?.pointer ?? pointerTo('/paths', path)
      const why =
        inferredAt(context.api.document, pointer) ??
        (spec ? undefined : 'the document does not describe what other methods lead to')
      return {
        ...requestCase(context, {
          name: `${method} ${prefix}${path}`,
          kind: 'protocol',
          draft,
          pointer,
          why,
          expectation: { kind: 'refusal', statuses: ['405'], accepted: 'method-accepted', allow: declared },
        }),
        id: `${context.api.name}/${prefix}${path}: ${method}`,
        operation: undefined,
        checks: ['method-accepted', 'allow-header'],
        given: [],
      }
    })
    const options: RequestCase = {
      ...requestCase(context, {
        name: `OPTIONS ${prefix}${path}`,
        kind: 'protocol',
        draft: { ...plain, method: 'OPTIONS', credential: {} },
        pointer: pointerTo('/paths', path),
        why: 'the page does not mention OPTIONS',
        expectation: { kind: 'any' },
      }),
      id: `${context.api.name}/${prefix}${path}: OPTIONS`,
      operation: undefined,
      checks: ['options', 'allow-header'],
      expectation: { kind: 'refusal', statuses: ['204'], accepted: 'options', allow: declared },
    }
    return [...refused, options]
  })
}

function unknownPaths(context: Context, bases: ReadonlyMap<Operation, Base>): RequestCase[] {
  const { api, target } = context
  const spec = api.unroutable.notFound
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
  const below = [...bases.values()].filter(({ draft }) => draft.operation.path.includes('{')).map(belowItem)
  return [...new Set([...unknown, ...extended, ...below])]
    .filter((path) => !matchesAny(api.operations, withoutBase(api, path)))
    .flatMap((path) =>
      ['GET', 'POST'].map((method) => unknownPath(context, method, path, spec?.pointer, credential ?? {})),
    )
}

/** Routers that match the beginning of a path serve whatever stands behind it. */
function belowItem({ draft }: Base): string {
  const item = requestOf({ ...draft, extraQuery: [] }).path.replace(/\?.*/, '')
  return `${item}/understudy-unknown`
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
      : inferredAt(context.api.document, pointer)
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

function headCases(context: Context, bases: ReadonlyMap<Operation, Base>): FlowCase[] {
  return [...bases.values()]
    .filter(
      ({ draft, given }) =>
        draft.method === 'GET' &&
        given.every(({ state, params }) => holdsInSeed(context, state, params)) &&
        !context.api.operations.some((each) => each.path === draft.operation.path && each.method === 'HEAD'),
    )
    .map(({ draft }) =>
      flowCase(context, {
        name: 'HEAD answers like GET',
        kind: 'state',
        operation: draft.operation,
        pointer: draft.operation.pointer,
        why: 'the page does not mention HEAD',
        checks: ['head-like-get'],
        changesNothing: true,
        play: async (scene) => {
          const got = await scene.send(requestOf(draft), draft.operation)
          const head = await scene.stage.send(requestOf({ ...draft, method: 'HEAD' }))
          if (got.outcome.kind !== 'answer') return
          if (head.outcome.kind !== 'answer' || head.outcome.status !== got.outcome.status) {
            return scene.fail('head-like-get', 'HEAD has another status than GET', {
              expected: String(got.outcome.status),
              got: seen(head),
            })
          }
          for (const name of ['content-type', 'etag', 'content-length']) {
            const [wanted, header] = [got.outcome.headers[name], head.outcome.headers[name]]
            if (header === wanted || (name === 'content-length' && (header === undefined || wanted === undefined)))
              continue
            scene.fail('head-like-get', `HEAD has another ${name} than GET`, {
              expected: String(wanted),
              got: String(header),
            })
          }
        },
      }),
    )
}

function sizeCases(context: Context, base: Base, text: string): RequestCase[] {
  const { operation } = base.draft
  const declared = operation.responses['413']
  if (!declared) return []
  const stated = valueAt(context.api.document, `${declared.pointer}/x-max-bytes`)
  const limit = typeof stated === 'number' ? stated : DEFAULT_LIMIT
  const padded = (length: number, content: string): Partial<Draft> => ({
    body: { kind: 'raw', data: content + ' '.repeat(Math.max(0, length - Buffer.byteLength(content))) },
  })
  const make = (name: string, draft: Draft, statuses: readonly string[]): RequestCase => ({
    ...requestCase(context, {
      name,
      kind: 'protocol',
      draft,
      expectation: refusal(statuses, 'size-accepted'),
      pointer: declared.pointer,
      why: whyStatus(context, operation, '413'),
      given: base.given,
    }),
    checks: ['size-accepted', 'refusal-status'],
  })
  return [
    make('body is larger than the limit', { ...base.draft, ...padded(limit + 1, text) }, ['413']),
    make(
      'body is unreadable and as large as the limit',
      { ...base.draft, ...padded(limit, text.slice(0, -1)) },
      refusalStatuses(operation),
    ),
  ]
}

/** Taking quotes or names away may leave a body that is JSON by chance. */
function isObjectBodyMissing(each: RequestCase, text: string): boolean {
  if (typeof each.request.body !== 'string') return false
  try {
    JSON.parse(each.request.body)
    return true
  } catch {
    return text === ''
  }
}
