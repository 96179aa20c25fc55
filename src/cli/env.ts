import { Command } from 'commander'
import { UnderstudyError } from '../errors.ts'
import { askMock, DEFAULT_URL } from './ask-mock.ts'
import { fixturesOf, ownSpecs } from '../paths.ts'
import { loadSeed } from '../fixtures/load.ts'
import type { Credential } from '../fixtures/seed.ts'
import { openApis } from '../openapi/fetch-remote.ts'
import {
  baseUrl,
  caOption,
  insecureOption,
  type TrustOptions,
  type DocumentOptions,
  documentsArgument,
  exitCodes,
  fixturesOption,
  withDocumentOptions,
} from './options.ts'

interface EnvOptions extends DocumentOptions, TrustOptions {
  readonly export?: boolean
  readonly baseUrl?: string
  readonly json?: boolean
  readonly fixtures?: string
}

export function envCommand(): Command {
  return withDocumentOptions(new Command('env'))
    .description('print base URLs and credentials as environment variables')
    .argument('[api...]', `${documentsArgument}; default: all`)
    .option('--export', 'with `export`, for eval in a shell')
    .option('--json', 'as a JSON object')
    .option(
      '--base-url <url>',
      `ask a running mock; default: the values that a mock at ${DEFAULT_URL} starts with`,
      baseUrl,
    )
    .addOption(caOption())
    .addOption(insecureOption())
    .addOption(fixturesOption())
    .addHelpText(
      'after',
      `
Examples:
  understudy env > .env
  eval "$(understudy env --export)"
  understudy env petstore.yaml
  understudy env polis --base-url http://127.0.0.1:8080
${exitCodes}`,
    )
    .action(async (names: string[], options: EnvOptions) => {
      const base = (options.baseUrl ?? DEFAULT_URL).replace(/\/+$/, '')
      const known = isAsked(names, options)
        ? chosen(await askCredentials(base, options), names)
        : await seeded(names, options)
      const variables = environment(base, known)
      process.stdout.write(
        options.json
          ? `${JSON.stringify(Object.fromEntries(variables), undefined, 2)}\n`
          : lines(variables, options.export),
      )
    })
}

/** Credentials by the name of their API. */
type Credentials = Readonly<Record<string, readonly Credential[]>>

/** A mock knows its APIs by name; documents are read where they are. */
function isAsked(names: readonly string[], { baseUrl, openapi }: EnvOptions): boolean {
  return baseUrl !== undefined && openapi === undefined && !names.some((name) => /[/\\.]/.test(name))
}

async function seeded(names: readonly string[], options: EnvOptions): Promise<Credentials> {
  const apis = await openApis(options.openapi ?? ownSpecs, names, options)
  return Object.fromEntries(
    apis.map((api) => {
      const folder = fixturesOf(api, options.fixtures)
      return [api.name, folder === undefined ? [] : loadSeed(api, folder).credentials]
    }),
  )
}

/** Those that work at this moment, of somebody else's APIs, too. */
async function askCredentials(base: string, options: EnvOptions): Promise<Credentials> {
  const { status, body } = await askMock(base, '/__mock/credentials', options)
  // The control plane describes its answer, and checks it.
  if (status === 200 && body !== undefined) return body as Credentials
  const problem = `answered ${status}, but not as the control plane of a mock does`
  throw new UnderstudyError('TARGET_UNREACHABLE', problem, base)
}

function chosen(known: Credentials, names: readonly string[]): Credentials {
  if (names.length === 0) return known
  return Object.fromEntries(
    names.map((name) => {
      const credentials = known[name]
      if (credentials) return [name, credentials]
      const served = Object.keys(known).join(', ')
      throw new UnderstudyError('API_UNKNOWN', `there is no API ${JSON.stringify(name)}; known: ${served || 'none'}`)
    }),
  )
}

function environment(base: string, known: Credentials): [string, string][] {
  return Object.entries(known).flatMap(([name, credentials]) => {
    const prefix = constantCase(name)
    return [
      [`${prefix}_BASE_URL`, base] as [string, string],
      ...credentials.flatMap((credential) => credentialVariables(prefix, credential)),
    ]
  })
}

/**
 * `POLIS_USER_A_TOKEN` for a bearer token, `CLOUD_PAYMENTS_CONSUMER_API_KEY` for any other header, `DIALOGPORTAL_APP_KEY` for
 * what a signature is made of.
 */
function credentialVariables(prefix: string, credential: Credential): [string, string][] {
  const { id, headers, appKey, appSecret } = credential
  const tokens = Object.entries(headers).map(([header, value]): [string, string] => {
    const token = header === 'authorization' ? /^Bearer (.+)$/i.exec(value)?.[1] : undefined
    return [`${prefix}_${constantCase(id)}_${token === undefined ? constantCase(header) : 'TOKEN'}`, token ?? value]
  })
  if (appKey === undefined || appSecret === undefined) return tokens
  return [
    ...tokens,
    [`${prefix}_${constantCase(id)}_KEY`, String(appKey)],
    [`${prefix}_${constantCase(id)}_SECRET`, String(appSecret)],
  ]
}

function lines(variables: readonly [string, string][], exported: boolean | undefined): string {
  return variables.map(([name, value]) => `${exported ? 'export ' : ''}${name}=${shellQuoted(value)}\n`).join('')
}

function shellQuoted(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

function constantCase(text: string): string {
  return text.replaceAll(/\W+/g, '_').toUpperCase()
}
