import { readYamlFile } from './read-yaml-file.ts'
import { variablesIn } from '../openapi/extensions.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UnderstudyError } from '../errors.ts'
import { packageFolder } from '../paths.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { Api, ApiName, JsonObject } from '../openapi/api.ts'
import { createAjv2020 } from '../openapi/ajv.ts'
import { isObject, pointerTo, tokensOf } from '../openapi/pointer.ts'
import type { Trust } from './transport/connection.ts'
import type { OAuth2, TokenSource } from './transport/oauth2.ts'

/** A server under test and what has to be known of it, for one API. */
export interface Target {
  readonly api: ApiName
  /** Without a slash at the end; may have a path. */
  readonly baseUrl: string
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Request headers by the id of the seed's credential; the first is the default. */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Values on this server for the spec's `x-variables`, by name; what is not here keeps the spec's value. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly states: StateSetting
  /** operationIds that must not be called. */
  readonly forbidden: readonly string[]
  /** Only operations that change nothing may be called. */
  readonly safe: boolean
  readonly timeoutMs: number
  /** What the server's certificate is checked against. */
  readonly trust?: Trust
  /** Tokens that are fetched, by the text that stands for each in headers. */
  readonly tokens?: readonly TokenSource[]
  /** Whether a person described this server in a file, so that it is not taken for our mock. */
  readonly described: boolean
  /** Values out of the environment that must not be shown, by the name of their variable. */
  readonly secrets: Readonly<Record<string, string>>
}

type StateSetting =
  /** The control plane of the mock, where it answers. */
  | { readonly kind: 'mock' }
  /** POST { state, params, action } to a URL; states in the list can't be set. */
  | {
      readonly kind: 'hook'
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
      readonly unavailable: readonly string[]
    }
  | { readonly kind: 'none' }

/** Headers, or where a token comes from, or both. */
type FileCredential = Readonly<Record<string, string>> & { readonly oauth2?: OAuth2 }

/** The content of a target file, its secrets filled in. */
interface TargetFile {
  readonly baseUrl: string
  readonly timeoutMs?: number
  readonly headers?: Record<string, string>
  readonly oauth2?: OAuth2
  readonly credentials?: Record<string, FileCredential>
  readonly variables?: Record<string, unknown>
  readonly states?: {
    readonly hook?: string
    readonly headers?: Record<string, string>
    readonly unavailable?: readonly string[]
  }
  readonly forbidden?: readonly string[]
}

export interface TargetOptions {
  readonly safe?: boolean
  readonly timeoutMs?: number
  readonly trust?: Trust
}

const DEFAULT_TIMEOUT_MS = 10_000

/** A server that is known by its address only: ids and credentials are those of the seed. Throws TARGET_INVALID. */
export function targetAt(api: Api, seed: Seed, baseUrl: string, options: TargetOptions = {}): Target {
  return {
    api: api.name,
    baseUrl: checkedUrl(baseUrl, '--base-url'),
    headers: {},
    credentials: Object.fromEntries(seed.credentials.map(({ id, headers }) => [id, headers])),
    variables: {},
    states: { kind: 'mock' },
    forbidden: [],
    safe: options.safe ?? false,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(options.trust && { trust: options.trust }),
    described: false,
    secrets: {},
  }
}

/**
 * Reads a target file for one API; what stands under `apis: { <name>: … }` wins over the rest. `${NAME}` is the value of an
 * environment variable and a secret from then on. Throws TARGET_INVALID with `file#/pointer`.
 */
export function readTarget(
  path: string,
  api: Api,
  seed: Seed,
  env: Readonly<Record<string, string | undefined>>,
  options: TargetOptions = {},
): Target {
  const source = fileFor(path, api)
  const secrets: Record<string, string> = {}
  const tokens: TokenSource[] = []
  const headersOf = ({ oauth2, ...headers }: FileCredential, id: string): Record<string, string> => {
    const own = lowerCased(headers)
    if (oauth2 === undefined) return own
    const placeholder = `oauth2-token-of-${id}`
    tokens.push({ placeholder, oauth2 })
    secrets[`TOKEN_${id.toUpperCase().replaceAll(/\W/g, '_')}`] = placeholder
    return { authorization: `Bearer ${placeholder}`, ...own }
  }
  const file = filled(source, '', { path, env, secrets }) as TargetFile
  assertKnown(path, api, seed, file)
  const headers = headersOf(
    { ...file.headers, ...(file.oauth2 && { oauth2: file.oauth2 }) } as FileCredential,
    api.name,
  )
  const credentials = Object.entries(file.credentials ?? {})
    .map(([id, credential]) => [id, headersOf(credential, id)] as const)
    .toSorted(bySeed(seed))
  return {
    api: api.name,
    baseUrl: checkedUrl(file.baseUrl, `${path}#/baseUrl`),
    ...(credentials.length > 0
      ? { headers, credentials: Object.fromEntries(credentials) }
      : withCredentialOf(api, headers)),
    variables: file.variables ?? {},
    states: stateSetting(file),
    forbidden: file.forbidden ?? [],
    safe: options.safe ?? false,
    timeoutMs: options.timeoutMs ?? file.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(options.trust && { trust: options.trust }),
    ...(tokens.length > 0 && { tokens }),
    described: true,
    secrets,
  }
}

/** Headers that the document's security schemes name are a credential: cases without one have to leave them out. */
function withCredentialOf(
  { name, securitySchemes }: Api,
  headers: Readonly<Record<string, string>>,
): Pick<Target, 'headers' | 'credentials'> {
  const names = Object.values(securitySchemes).flatMap((scheme) => {
    if (scheme.kind !== 'apiKey') return ['authorization']
    return scheme.in === 'cookie' ? ['cookie'] : scheme.in === 'header' ? [scheme.name.toLowerCase()] : []
  })
  const [own, others] = [true, false].map((isOwn) =>
    Object.fromEntries(Object.entries(headers).filter(([header]) => names.includes(header) === isOwn)),
  ) as [Record<string, string>, Record<string, string>]
  return { headers: others, credentials: Object.keys(own).length > 0 ? { [name]: own } : {} }
}

function fileFor(path: string, api: Api): JsonObject {
  const content = readYamlFile(path)
  const validate = createAjv2020({ allErrors: false, strict: false }).compile<JsonObject>(targetSchema())
  const { apis, ...shared } = isObject(content) ? content : {}
  if (apis !== undefined && !isObject(apis))
    throw new UnderstudyError('TARGET_INVALID', 'must be an object: API → settings', `${path}#/apis`)
  const own = isObject(apis) ? apis[api.name] : undefined
  const merged = isObject(content) ? { ...shared, ...(isObject(own) ? own : {}) } : content
  if (validate(merged)) return merged
  const [error] = validate.errors ?? []
  const member = error?.params['additionalProperty'] as string | undefined
  const at = (error?.instancePath ?? '') + (member === undefined ? '' : pointerTo('', member))
  const inOwn = isObject(own) && tokensOf(at)[0] !== undefined && (tokensOf(at)[0] as string) in own
  throw new UnderstudyError(
    'TARGET_INVALID',
    error?.message ?? 'is not valid',
    `${path}#${inOwn ? pointerTo('/apis', api.name) : ''}${at}`,
  )
}

/** The schema that editors get, too. */
function targetSchema(): object {
  return JSON.parse(readFileSync(join(packageFolder, 'schemas/target.schema.json'), 'utf8')) as object
}

interface Filling {
  readonly path: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly secrets: Record<string, string>
}

function filled(value: unknown, at: string, filling: Filling): unknown {
  if (Array.isArray(value)) return value.map((each: unknown, index) => filled(each, pointerTo(at, index), filling))
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, filled(each, pointerTo(at, name), filling)]),
    )
  if (typeof value !== 'string') return value
  return value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const secret = filling.env[name]
    if (secret === undefined || secret === '') {
      throw new UnderstudyError(
        'TARGET_INVALID',
        `needs the environment variable ${name}, which is not set`,
        `${filling.path}#${at}`,
      )
    }
    filling.secrets[name] = secret
    return secret
  })
}

function assertKnown(path: string, api: Api, seed: Seed, file: TargetFile): void {
  const variables = variablesIn(api.document).map(({ name }) => name)
  const unknown = (kind: string, given: readonly string[], known: readonly string[]): void => {
    const odd = given.find((name) => !known.includes(name))
    if (odd === undefined) return
    throw new UnderstudyError(
      'TARGET_INVALID',
      `${api.name} knows no such ${kind}; known: ${known.join(', ') || 'none'}`,
      `${path}#${pointerTo('', kind, odd)}`,
    )
  }
  unknown('variables', Object.keys(file.variables ?? {}), variables)
  unknown(
    'credentials',
    Object.keys(file.credentials ?? {}),
    seed.credentials.map(({ id }) => id),
  )
  unknown(
    'forbidden',
    file.forbidden ?? [],
    api.operations.map(({ id }) => id),
  )
}

function stateSetting({ states }: TargetFile): StateSetting {
  if (states?.hook === undefined) return { kind: 'none' }
  return {
    kind: 'hook',
    url: states.hook,
    headers: lowerCased(states.headers ?? {}),
    unavailable: states.unavailable ?? [],
  }
}

/** In the order of the seed, so that the default stays the default. */
function bySeed(seed: Seed): (one: readonly [string, unknown], other: readonly [string, unknown]) => number {
  const ids = seed.credentials.map(({ id }) => id)
  return ([one], [other]) => ids.indexOf(one) - ids.indexOf(other)
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function checkedUrl(text: string, where: string): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new UnderstudyError('TARGET_INVALID', `is not a URL: ${JSON.stringify(text)}`, where)
  }
  if (!['http:', 'https:'].includes(url.protocol))
    throw new UnderstudyError('TARGET_INVALID', 'must start with http:// or https://', where)
  if (url.search !== '' || url.hash !== '')
    throw new UnderstudyError('TARGET_INVALID', 'must not have a query or a fragment', where)
  return url.href.replace(/\/+$/, '')
}
