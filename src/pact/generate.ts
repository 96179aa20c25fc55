import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { MatchersV3 as match, PactV4, SpecificationVersion, type Rules } from '@pact-foundation/pact'
import type { Seed } from '../fixtures/seed.ts'
import { FORM } from '../openapi/media-type.ts'
import type { Api } from '../openapi/api.ts'
import { createFolder, writeFileWhole } from '../output/write-file.ts'
import { createTransport } from '../conform/transport/transport.ts'
import { coverageOf, unfitness, type StatusCoverage } from './coverage.ts'
import { interactionOf, type Interaction } from './interaction.ts'
import type { PactRequest } from './request.ts'
import { scenarioContextsOf } from './scenario.ts'

/** The consumer that generated contracts speak for: whoever relies on the spec. */
const CONSUMER = 'understudy'

/** What was written for an API, and what of each operation is in it. */
export interface GeneratedContract {
  readonly api: string
  readonly file: string
  readonly interactions: number
  readonly coverage: readonly StatusCoverage[]
  /** What of somebody else's document can't be an interaction, and why. */
  readonly leftOut: readonly LeftOut[]
}

interface LeftOut {
  readonly description: string
  readonly reason: string
}

/**
 * Writes `<folder>/<api>.pact.json` for each API from its `x-scenarios`. Two runs write the same bytes.
 * Throws SPEC_INVALID for a scenario that can't be turned into an interaction.
 */
export async function generateContracts(
  apis: readonly Api[],
  seeds: readonly Seed[],
  folder: string,
): Promise<GeneratedContract[]> {
  // Pact reports each use of its mock server to its makers otherwise.
  process.env['PACT_DO_NOT_TRACK'] ??= 'true'
  createFolder(folder)
  const contracts: GeneratedContract[] = []
  for (const api of apis) {
    const seed = seeds.find((each) => each.api === api.name) ?? { api: api.name, rows: {}, credentials: [], states: [] }
    contracts.push(await generateContract(api, seed, folder))
  }
  return contracts
}

async function generateContract(api: Api, seed: Seed, folder: string): Promise<GeneratedContract> {
  const leftOut: LeftOut[] = []
  const kept: Interaction[] = []
  const scenarioContexts = scenarioContextsOf(api, seed, (left) => void leftOut.push(left))
  const interactions = scenarioContexts
    .filter((scenarioContext) => unfitness(scenarioContext) === undefined)
    .flatMap((each) => attempt(api, leftOut, each.description, () => interactionOf(each)))
  const file = join(folder, `${api.name}.pact.json`)
  // Pact adds to a file that it finds, so each contract is written in a folder of its own and then takes the old one's place.
  const workshop = mkdtempSync(join(tmpdir(), 'understudy-pact-'))
  try {
    const pact = new PactV4({
      consumer: CONSUMER,
      provider: api.name,
      dir: workshop,
      spec: SpecificationVersion.SPECIFICATION_VERSION_V4,
      logLevel: 'error',
    })
    for (const interaction of interactions) {
      const reason = await problemOf(api, write(pact, interaction))
      if (reason === undefined) kept.push(interaction)
      else leftOut.push({ description: interaction.description, reason })
    }
    const written = join(workshop, `${CONSUMER}-${api.name}.json`)
    assertWritten(written, kept)
    if (kept.length > 0) writeFileWhole(file, readFileSync(written))
    else rmSync(file, { force: true })
  } finally {
    rmSync(workshop, { recursive: true, force: true })
  }
  const coverage = coverageOf(api, seed, scenarioContexts)
  return { api: api.name, file, interactions: kept.length, coverage, leftOut }
}

/** What can't be made of somebody else's document is left out with its reason; of ours, it ends the run. */
function attempt(api: Api, leftOut: LeftOut[], description: string, make: () => Interaction): Interaction[] {
  try {
    return [make()]
  } catch (error) {
    if (api.strict) throw error
    leftOut.push({ description, reason: lineOf(error) })
    return []
  }
}

async function problemOf(api: Api, written: Promise<void>): Promise<string | undefined> {
  try {
    await written
    return undefined
  } catch (error) {
    if (api.strict) throw error
    return lineOf(error)
  }
}

/** What Pact says of a request in one line. */
function lineOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim())
  return lines.find((line) => /^\d+\.\d+/.test(line))?.replace(/^[\d.]+\s*/, '') ?? lines[0] ?? ''
}

/** Pact replaces an interaction by a later one of the same description and states without a word. */
function assertWritten(file: string, interactions: readonly Interaction[]): void {
  if (interactions.length === 0) return
  const written = JSON.parse(readFileSync(file, 'utf8')) as { interactions: readonly { description: string }[] }
  const missing = interactions.filter(
    ({ description }) => !written.interactions.some((each) => each.description === description),
  )
  if (missing.length > 0 || written.interactions.length !== interactions.length) {
    throw new Error(
      `${file} contains ${written.interactions.length} interactions instead of ${interactions.length}; missing: ${missing.map((each) => each.description).join(', ')}`,
    )
  }
}

/**
 * Pact's mock server answers before it notes down that it was used, so it gets a moment; where that was too short, Pact says
 * that the request never came, and a longer one is given.
 */
async function write(
  pact: PactV4,
  interaction: Interaction,
  [settleMs = 0, ...longer]: readonly number[] = [2, 25, 250],
): Promise<void> {
  try {
    await writeOnce(pact, interaction, settleMs)
  } catch (error) {
    if (longer.length === 0 || !String(error).includes('expected but not received')) throw error
    await write(pact, interaction, longer)
  }
}

async function writeOnce(pact: PactV4, interaction: Interaction, settleMs: number): Promise<void> {
  const { request, response } = interaction
  let builder = pact.addInteraction().uponReceiving(interaction.description)
  for (const { name, params } of interaction.given) {
    builder =
      Object.keys(params).length === 0
        ? builder.given(name)
        : builder.given(name, params as Parameters<typeof builder.given>[1])
  }
  if (interaction.assumption !== undefined)
    builder = builder.pending(true).comment(`Assumption: ${interaction.assumption}`)
  const status = response.anyOfClass ? match.matchStatus(response.status, classOf(response.status)) : response.status
  await builder
    .withRequest(request.method, request.path, (to) => {
      to.query(request.query).headers(request.headers)
      const { body } = request
      if (body.kind === 'json') to.headers({ 'Content-Type': body.contentType }).jsonBody(body.template)
      if (body.kind === 'text')
        to.body(body.contentType, Buffer.from(body.text)).matchingRules(fieldRules(body.contentType, body.text))
    })
    .willRespondWith(status, (to) => {
      to.headers(response.headers)
      if (response.body !== undefined) to.jsonBody(response.body)
    })
    .executeTest(async (server) => {
      await send(server.url, request)
      await setTimeout(settleMs)
    })
}

/** Pact would guess the content type of each text field from its bytes and call it a mismatch; any value has to do. */
function fieldRules(contentType: string, text: string): Rules {
  const fields = contentType.startsWith(FORM)
    ? [...new URLSearchParams(text).keys()]
    : contentType.startsWith('multipart/form-data')
      ? [...text.matchAll(/form-data; name="([^"]+)"\r\n/g)].map(([, name = '']) => name)
      : []
  return fields.length === 0
    ? {}
    : { body: fields.map((name) => ({ path: `$.${name}`, rules: [match.regex('.*', '')] })) }
}

function classOf(status: number): match.HTTPResponseStatusClass {
  return status < 300 ? match.HTTPResponseStatusClass.Success : match.HTTPResponseStatusClass.ClientError
}

/**
 * Sends the request to Pact's own mock server, which writes an interaction down only once it was used. Each interaction has a
 * server of its own, perhaps at the port of the last one, so no connection may be kept.
 */
async function send(url: string, { method, path, query, headers, body }: PactRequest): Promise<void> {
  const transport = createTransport({ baseUrl: url })
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, textOf(value)]),
  )
  const { outcome } = await transport.send({
    method,
    path: textOf(path) + (pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : ''),
    headers: [
      ...Object.entries(headers).map(([name, value]): [string, string] => [name, textOf(value)]),
      ...(body.kind === 'none' ? [] : [['content-type', body.contentType] as const]),
    ],
    ...(body.kind !== 'none' && {
      body: body.kind === 'json' ? JSON.stringify(match.reify(body.template)) : body.text,
    }),
  })
  transport.close()
  if (outcome.kind === 'no-answer')
    throw new Error(`Pact's mock server did not answer ${method} ${textOf(path)}: ${outcome.message}`)
}

function textOf(template: PactRequest['path']): string {
  return match.reify(template) as string
}
