import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnderstudyError } from '../errors.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { Api } from '../openapi/api.ts'
import { masked } from '../conform/report/curl.ts'
import type { Target } from '../conform/target.ts'
import { openTransport } from '../conform/transport/open-transport.ts'
import type { VerifiedInteraction } from './verified-interaction.ts'
import { changesLast, skipAfterWrites } from './skip-after-writes.ts'
import { readPact, type PactFile, type PactFileInteraction } from './contract-file.ts'
import { CREDENTIALS_STATE } from '../fixtures/credentials-state.ts'
import { createRelay, GONE, NO_ANSWER_STATUS, type Relay } from './relay.ts'
import { operationAt } from './route.ts'
import { withUniqueNames } from './unique-names.ts'
import { type InteractionStates, openInteractionStates } from './interaction-states.ts'
import {
  runVerifier,
  type VerifierError,
  type VerifierMismatch,
  type VerifierOptions,
  type VerifierResult,
} from './verifier-process.ts'

/** One API, its server, and where its pacts come from. */
export interface Verification {
  readonly api: Api
  readonly seed: Seed
  readonly target: Target
  readonly source: PactSource
}

type PactSource =
  | { readonly kind: 'file'; readonly file: string }
  /** Options of the Verifier itself, which takes the token from PACT_BROKER_TOKEN if none is given. */
  | { readonly kind: 'broker'; readonly options: BrokerOptions }

type BrokerOptions = Pick<
  VerifierOptions,
  | 'pactBrokerUrl'
  | 'pactBrokerToken'
  | 'consumerVersionSelectors'
  | 'providerVersion'
  | 'providerVersionBranch'
  | 'publishVerificationResult'
> & { readonly provider?: string }

/**
 * Puts the official Pact verifier at a server and returns one result per interaction.
 * Throws TARGET_UNREACHABLE when the server does not answer, PACT_INVALID when there is no contract to read.
 */
export async function verifyContract(verification: Verification): Promise<VerifiedInteraction[]> {
  const { api, seed, target, source } = verification
  await assertReachable(target)
  const states = await openInteractionStates(api, seed, target)
  const relay = await createRelay(api, target, states)
  try {
    if (source.kind === 'file')
      return await verifyFile(verification, withUniqueNames(readPact(source.file)), states, relay)
    const options = { ...connection(target, relay, source.options.provider ?? api.name), ...source.options }
    return resultsOf(verification, await runVerifier(options), relay)
  } finally {
    await relay.close()
    await states.close()
  }
}

async function verifyFile(
  verification: Verification,
  pact: PactFile,
  states: InteractionStates,
  relay: Relay,
): Promise<VerifiedInteraction[]> {
  const { api, target } = verification
  const skipped = pact.interactions.flatMap((interaction): VerifiedInteraction[] => {
    const reason = whySkipped(api, target, states, interaction)
    return reason === undefined
      ? []
      : [{ api: api.name, description: interaction.description, verdict: 'skipped', reasons: [reason], durationMs: 0 }]
  })
  const remaining = pact.interactions.filter(
    ({ description }) => !skipped.some((each) => each.description === description),
  )
  if (remaining.length === 0) return skipped
  const folder = mkdtempSync(join(tmpdir(), 'understudy-verify-'))
  try {
    const file = join(folder, `${api.name}.json`)
    const interactions = states.restores ? remaining : changesLast(remaining)
    writeFileSync(file, JSON.stringify({ ...pact, interactions }))
    const result = await runVerifier({ ...connection(target, relay, pact.provider.name), pactUrls: [file] })
    const played = resultsOf(verification, result, relay)
    return inOrder(pact, [...(states.restores ? played : skipAfterWrites(interactions, played)), ...skipped])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function connection({ timeoutMs }: Target, relay: Relay, provider: string): VerifierOptions {
  // The relay tells of a server that is too slow; the verifier must not give up before.
  const timeout = 2 * timeoutMs + VERIFIER_MARGIN_MS
  return { provider, providerBaseUrl: relay.url, providerStatesSetupUrl: relay.statesUrl, timeout }
}

const VERIFIER_MARGIN_MS = 5000

function whySkipped(
  api: Api,
  target: Target,
  states: InteractionStates,
  interaction: PactFileInteraction,
): string | undefined {
  const operation = operationAt(api, interaction.request.method, interaction.request.path)
  if (operation && target.forbidden.includes(operation.id)) return `the target forbids ${operation.id}`
  if (target.safe && !['GET', 'HEAD'].includes(interaction.request.method.toUpperCase()))
    return 'only operations that change nothing may be called'
  for (const { name, params = {} } of interaction.providerStates ?? []) {
    const credential = String(params['credential'])
    if (name !== CREDENTIALS_STATE) {
      const obstacle = states.obstacle({ name, params })
      if (obstacle !== undefined) return `${obstacle}: ${name}`
    } else if (!Object.hasOwn(target.credentials, credential))
      return `the target has no credential ${JSON.stringify(credential)}`
  }
  return undefined
}

function inOrder(pact: PactFile, results: readonly VerifiedInteraction[]): VerifiedInteraction[] {
  const place = new Map(pact.interactions.map(({ description }, index) => [description, index]))
  return results.toSorted(
    (one, other) => (place.get(one.description) ?? Infinity) - (place.get(other.description) ?? Infinity),
  )
}

function resultsOf({ api, target }: Verification, result: VerifierResult, relay: Relay): VerifiedInteraction[] {
  const hidden = (reason: string): string => masked(reason, target.secrets)
  const reasonsFor = (error: VerifierError): string[] => reasonsOf(error, relay).map(hidden)
  const unanswered = [...relay.unanswered]
  const known = result.interactionResults.map(({ description, result: outcome, duration }): VerifiedInteraction => {
    const failures = errorsOf(result.errors, description)
    const pending = errorsOf(result.pendingErrors, description)
    const errors = [...failures, ...pending]
    const interaction = { api: api.name, description, durationMs: millisecondsOf(duration) }
    const silence = errors.some(isUnanswered) ? unanswered.shift() : undefined
    const reasons = errors.flatMap(reasonsFor)
    const gone = reasons.some((reason) => reason.includes(GONE)) ? relay.gone() : undefined
    const noAnswer = silence ?? gone
    // Nothing at all is no assumption that a server does not share.
    if (noAnswer !== undefined)
      return { ...interaction, verdict: 'failed', reasons: [hidden(noAnswer)], unreachable: relay.gone() !== undefined }
    const verdict = outcome === 'OK' ? 'passed' : pending.length > 0 && failures.length === 0 ? 'assumption' : 'failed'
    return { ...interaction, verdict, reasons }
  })
  const loose = result.errors.filter((error) => !known.some(({ description }) => belongs(error, description)))
  const unpublished: VerifiedInteraction = {
    api: api.name,
    description: 'publishing the results',
    verdict: 'failed',
    reasons: [masked(result.unpublished ?? '', target.secrets)],
    durationMs: 0,
  }
  return [
    ...known,
    ...(result.unpublished === undefined ? [] : [unpublished]),
    ...loose.map((error): VerifiedInteraction => ({
      api: api.name,
      description: error.interaction || 'reading the pacts',
      verdict: 'failed',
      reasons: reasonsFor(error),
      durationMs: 0,
    })),
  ]
}

function errorsOf(errors: readonly VerifierError[], description: string): VerifierError[] {
  return errors.filter((error) => belongs(error, description))
}

function belongs(error: VerifierError, description: string): boolean {
  return error.interaction.endsWith(` - ${description}`)
}

function reasonsOf({ interaction, mismatch }: VerifierError, relay: Relay): string[] {
  const stateFailures = [...relay.failures]
    .filter(([state]) => interaction.includes(state))
    .map(([state, message]) => `the state ${JSON.stringify(state)} could not be set: ${message}`)
  if (mismatch.mismatches) return mismatch.mismatches.map(describe)
  return stateFailures.length > 0 ? stateFailures : [mismatch.message ?? mismatch.type]
}

function isUnanswered({ mismatch }: VerifierError): boolean {
  return (
    mismatch.mismatches?.some(
      ({ type, mismatch: text }) => type === 'StatusMismatch' && text.endsWith(`but was ${NO_ANSWER_STATUS}`),
    ) ?? false
  )
}

function describe({ type, path, key, mismatch }: VerifierMismatch): string {
  const where = {
    BodyMismatch: path === undefined ? 'body' : `body ${path}`,
    HeaderMismatch: `header ${key ?? ''}`.trim(),
    StatusMismatch: 'status',
  }[type]
  return where === undefined ? mismatch : `${where}: ${mismatch}`
}

/** `88ms`, `1.125s` and the like. */
function millisecondsOf(duration: string): number {
  const match = /^([\d.]+)(ms|s|m)?/.exec(duration)
  const factor = { ms: 1, s: 1000, m: 60_000 }[match?.[2] ?? 'ms'] ?? 1
  return Math.round(Number(match?.[1] ?? 0) * factor)
}

async function assertReachable(target: Target): Promise<void> {
  const transport = openTransport(target)
  const { outcome } = await transport.send({ method: 'GET', path: '/', headers: [] })
  transport.close()
  if (outcome.kind === 'no-answer') {
    throw new UnderstudyError(
      'TARGET_UNREACHABLE',
      `does not answer (${outcome.code}): ${outcome.message}; start the server or correct the URL`,
      target.baseUrl,
    )
  }
}
