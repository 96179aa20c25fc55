import { Command } from 'commander'
import { fixturesOf } from '../own-files.ts'
import { ownSpecs } from '../paths.ts'
import { loadSeed } from '../fixtures/load.ts'
import type { Credential } from '../fixtures/seed.ts'
import type { Api } from '../openapi/api.ts'
import { openApis } from '../openapi/fetch-remote.ts'
import {
  baseUrl,
  type DocumentOptions,
  documentsArgument,
  exitCodes,
  fixturesOption,
  withDocumentOptions,
} from './options.ts'

const DEFAULT_URL = 'http://127.0.0.1:4010'

interface EnvOptions extends DocumentOptions {
  readonly export?: boolean
  readonly baseUrl: string
  readonly json?: boolean
  readonly fixtures?: string
}

export function envCommand(): Command {
  return withDocumentOptions(new Command('env'))
    .description('print base URLs and seeded credentials as environment variables')
    .argument('[api...]', `${documentsArgument}; default: all`)
    .option('--export', 'with `export`, for eval in a shell')
    .option('--json', 'as a JSON object')
    .option('--base-url <url>', 'where the mock runs', baseUrl, DEFAULT_URL)
    .addOption(fixturesOption())
    .addHelpText(
      'after',
      `
Examples:
  understudy env > .env
  eval "$(understudy env --export)"
  understudy env petstore.yaml
${exitCodes}`,
    )
    .action(async (names: string[], options: EnvOptions) => {
      const apis = await openApis(options.openapi ?? ownSpecs, names, options)
      const variables = environment(apis, options)
      process.stdout.write(
        options.json
          ? `${JSON.stringify(Object.fromEntries(variables), undefined, 2)}\n`
          : lines(variables, options.export),
      )
    })
}

function environment(apis: readonly Api[], { baseUrl, fixtures }: EnvOptions): [string, string][] {
  return apis.flatMap((api) => {
    const prefix = constantCase(api.name)
    const folder = fixturesOf(api, fixtures)
    const { credentials } = folder === undefined ? { credentials: [] } : loadSeed(api, folder)
    return [
      [`${prefix}_BASE_URL`, baseUrl.replace(/\/+$/, '')] as [string, string],
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
