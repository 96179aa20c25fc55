import { Command, InvalidArgumentError } from 'commander'
import { join } from 'node:path'
import { readTarget, targetAt } from '../conform/target.ts'
import { readTrust } from '../conform/transport/read-trust.ts'
import { UnderstudyError } from '../errors.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { Api, JsonObject } from '../openapi/api.ts'
import { openApis } from '../openapi/fetch-remote.ts'
import { isObject } from '../openapi/pointer.ts'
import type { VerifiedInteraction } from '../pact/verified-interaction.ts'
import type { Verification } from '../pact/verify.ts'
import { isOwn, ownContracts, ownSpecs } from '../paths.ts'
import {
  baseUrl,
  caOption,
  exitCodes,
  fixturesOption,
  insecureOption,
  type TrustOptions,
  withDocumentOptions,
} from './options.ts'
import { print, type ReportOptions, type SourceOptions, write } from './pact-reports.ts'
import { seedsOf } from './seeds-of.ts'

interface VerifyOptions extends SourceOptions, ReportOptions, TrustOptions {
  readonly baseUrl?: string
  readonly target?: string
  readonly contracts?: string
  readonly strict?: boolean
  readonly brokerUrl?: string
  readonly provider?: string
  readonly providerVersion?: string
  readonly providerBranch?: string
  readonly publish?: boolean
  readonly selector?: readonly JsonObject[]
}

export function verifyCommand(): Command {
  return withDocumentOptions(new Command('verify'))
    .description(
      'verify a running server against the contracts, or against the pacts of a broker, with the official Pact verifier',
    )
    .argument('[api...]', 'APIs that the server implements; default: all')
    .option('--base-url <url>', 'the server; credentials and rows are those of the fixtures', baseUrl)
    .option('--target <file>', 'YAML file that describes a real server')
    .addOption(caOption())
    .addOption(insecureOption())
    .option(
      '--contracts <dir>',
      'folder of the contracts; default: those of the package, ./contracts for your own documents',
    )
    .option('--strict', 'count an assumption that the server does not share as a failure')
    .option('--junit <file>', 'write a JUnit report')
    .option('--json <file>', 'write a JSON report')
    .option(
      '--broker-url <url>',
      'verify the pacts of this Pact Broker instead; the token comes from PACT_BROKER_TOKEN',
    )
    .option('--provider <name>', "the provider's name at the broker; default: the API's name")
    .option('--provider-version <version>', 'version of the server, such as its commit')
    .option('--provider-branch <branch>', 'branch of the server')
    .option(
      '--selector <json>',
      'consumer version selector of the broker; may be repeated; default: main branch, deployed or released',
      selectors,
    )
    .option('--publish', 'publish the verification results to the broker')
    .addOption(fixturesOption())
    .addHelpText('after', verifyExamples)
    .action(verify)
}

const verifyExamples = `
Examples:
  understudy pact verify --base-url http://127.0.0.1:4010
  understudy pact verify polis --target polis-staging.yaml --junit pact.xml
  PACT_BROKER_TOKEN=… understudy pact verify polis --base-url https://staging.example.com \\
    --broker-url https://broker.example.com --provider-version "$GIT_COMMIT" --provider-branch main --publish
${exitCodes}`

async function verify(names: string[], options: VerifyOptions): Promise<void> {
  const { junitOf } = await import('../conform/report/junit.ts')
  const report = await import('../pact/report.ts')
  const { results, unreachable } = await verifyAll(await verificationsOf(names, options))
  print(report.verifiedSummary(results))
  const strict = options.strict === true
  const differs = results.some(({ verdict }) => verdict === 'failed' || (strict && verdict === 'assumption'))
  const verdict = unreachable ? unreachable.exitCode : differs ? 1 : 0
  write(options, { results }, () => junitOf(report.verifiedSuites(results, strict)), verdict)
  if (unreachable) throw unreachable
  if (results.every(({ verdict }) => verdict === 'skipped')) {
    throw new UnderstudyError(
      'TARGET_INVALID',
      'nothing was verified: there was no interaction, or each was skipped for the reason above',
    )
  }
}

/** Verifies one API after the other, up to the one whose server can't be reached or no longer answers. */
async function verifyAll(
  verifications: readonly Verification[],
): Promise<{ results: VerifiedInteraction[]; unreachable?: UnderstudyError }> {
  const { verifyContract } = await import('../pact/verify.ts')
  const { verifiedLines } = await import('../pact/report.ts')
  const results: VerifiedInteraction[] = []
  const add = (own: readonly VerifiedInteraction[]): void => {
    for (const line of own.flatMap(verifiedLines)) print(line)
    results.push(...own)
  }
  for (const verification of verifications) {
    const { api, target } = verification
    try {
      const own = await verifyContract(verification)
      add(own)
      const last = own.findLast(({ unreachable }) => unreachable === true)
      if (last) return { results, unreachable: unreachableTarget(target.baseUrl, last.reasons.join('; ')) }
    } catch (error) {
      if (!(error instanceof UnderstudyError) || error.code !== 'TARGET_UNREACHABLE') throw error
      add([
        {
          api: api.name,
          description: 'reaching the server',
          verdict: 'failed',
          reasons: [error.message],
          durationMs: 0,
        },
      ])
      return { results, unreachable: error }
    }
  }
  return { results }
}

function unreachableTarget(url: string, reason: string): UnderstudyError {
  return new UnderstudyError('TARGET_UNREACHABLE', `${reason}; start the server again`, url)
}

async function verificationsOf(names: string[], options: VerifyOptions): Promise<Verification[]> {
  checkUsage(names, options)
  const apis = await openApis(options.openapi ?? ownSpecs, names, options)
  const seeds = seedsOf(apis, options)
  const trust = readTrust(options)
  return apis.map((api, index) => {
    const seed = seeds[index] as Seed
    const target =
      options.target === undefined
        ? targetAt(api, seed, options.baseUrl ?? '', { trust })
        : readTarget(options.target, api, seed, process.env, { trust })
    return { api, seed, target, source: sourceFor(api, options) }
  })
}

function checkUsage(
  names: readonly string[],
  { baseUrl, target, publish, providerVersion, brokerUrl }: VerifyOptions,
): void {
  if ((baseUrl === undefined) === (target === undefined))
    throw new UnderstudyError('USAGE', 'needs either --base-url or --target')
  if (target !== undefined && names.length === 0)
    throw new UnderstudyError('USAGE', 'needs the names of the APIs that the target serves', '--target')
  if (publish && (providerVersion === undefined || brokerUrl === undefined)) {
    throw new UnderstudyError('USAGE', 'needs --broker-url and --provider-version', '--publish')
  }
}

function sourceFor(api: Api, options: VerifyOptions): Verification['source'] {
  if (options.brokerUrl === undefined)
    return {
      kind: 'file',
      file: join(options.contracts ?? (isOwn(api) ? ownContracts : 'contracts'), `${api.name}.pact.json`),
    }
  const { brokerUrl, provider, providerVersion, providerBranch, publish, selector } = options
  return {
    kind: 'broker',
    options: {
      pactBrokerUrl: brokerUrl,
      consumerVersionSelectors: selector ?? [{ mainBranch: true }, { deployedOrReleased: true }],
      ...(provider !== undefined && { provider }),
      ...(providerVersion !== undefined && { providerVersion }),
      ...(providerBranch !== undefined && { providerVersionBranch: providerBranch }),
      ...(publish && { publishVerificationResult: true }),
    },
  }
}

function selectors(text: string, before: readonly JsonObject[] = []): JsonObject[] {
  try {
    const selector: unknown = JSON.parse(text)
    if (isObject(selector)) return [...before, selector]
  } catch {
    // Said below, like any other value that is no JSON object.
  }
  throw new InvalidArgumentError('It must be a JSON object such as {"mainBranch": true}.')
}
