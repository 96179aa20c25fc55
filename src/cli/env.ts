import { Command } from 'commander'
import { ownFixtures, ownSpecs } from '../paths.ts'
import { loadSeed } from '../fixtures/load.ts'
import type { Credential } from '../fixtures/seed.ts'
import { loadApis } from '../openapi/load.ts'
import { exitCodes, baseUrl } from './options.ts'

const DEFAULT_URL = 'http://127.0.0.1:4010'

interface EnvOptions {
  readonly export?: boolean
  readonly baseUrl: string
  readonly json?: boolean
}

export function envCommand(): Command {
  return new Command('env')
    .description('print base URLs and seeded credentials as environment variables')
    .option('--export', 'with `export`, for eval in a shell')
    .option('--json', 'as a JSON object')
    .option('--base-url <url>', 'where the mock runs', baseUrl, DEFAULT_URL)
    .addHelpText(
      'after',
      `
Examples:
  understudy env > .env
  eval "$(understudy env --export)"
${exitCodes}`,
    )
    .action((options: EnvOptions) => {
      const variables = environment(options.baseUrl.replace(/\/+$/, ''))
      process.stdout.write(
        options.json
          ? `${JSON.stringify(Object.fromEntries(variables), undefined, 2)}\n`
          : lines(variables, options.export),
      )
    })
}

function environment(baseUrl: string): [string, string][] {
  return loadApis(ownSpecs).flatMap((api) => {
    const prefix = constantCase(api.name)
    const { credentials } = loadSeed(api, ownFixtures)
    return [
      [`${prefix}_BASE_URL`, baseUrl] as [string, string],
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
