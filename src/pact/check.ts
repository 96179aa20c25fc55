import * as library from '@pactflow/openapi-pact-comparator'
import { UnderstudyError } from '../errors.ts'
import type { Api, Operation, Pointer } from '../openapi/api.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { pointerTo, tokensOf, valueAt } from '../openapi/pointer.ts'
import { responseFor } from '../openapi/responses.ts'
import { bodiesOf, createBodyJudge, type BodyJudge } from './body-errors.ts'
import { comparableDocument } from './comparable.ts'
import { readPact, type PactFile, type PactFileInteraction } from './contract-file.ts'
import { assumedExpectations } from './expectations.ts'
import { pointerOf } from './location.ts'
import { CREDENTIALS_STATE } from '../fixtures/credentials-state.ts'
import { baseOf, operationAt } from './route.ts'
import { itemPointers, memberPointers, placesOf, type Place } from './schema-places.ts'

/** Where a pact and a spec disagree, or where a pact relies on what the vendor never promised. */
export interface PactFinding {
  readonly severity: 'error' | 'warning'
  readonly interaction: string
  readonly message: string
  /** JSON pointer into the pact file. */
  readonly pactPointer: Pointer
  /** JSON pointer into the OpenAPI document; `''` where it has no place for the request. */
  readonly specPointer: Pointer
  /** Why the part of the spec is an assumption, if it is one. */
  readonly why?: string
}

export interface CheckedPact {
  readonly file: string
  readonly api: string
  readonly spec: string
  readonly consumer: string
  readonly interactions: readonly string[]
  readonly findings: readonly PactFinding[]
}

/** What the comparator reports; its own declarations can't be resolved by `nodenext`. */
interface Result {
  readonly code: string
  readonly message: string
  readonly type: 'error' | 'warning' | 'info'
  readonly mockDetails?: { readonly location: string }
  readonly specDetails?: { readonly location: string }
}

const { Comparator } = library as unknown as {
  readonly Comparator: new (options: { readonly oas: unknown }) => { compare(pact: unknown): AsyncIterable<Result> }
}

/**
 * Checks a pact against the spec of its provider: the one of the provider's name, or else the one that knows most of its requests.
 * Throws PACT_INVALID for a file that is no pact, or whose requests no API knows.
 */
export async function checkPact(apis: readonly Api[], file: string): Promise<CheckedPact> {
  const pact = readPact(file)
  const api = providerOf(apis, pact, file)
  const comparator = new Comparator({ oas: comparableDocument(api.document) })
  const findings: PactFinding[] = []
  const judge = createBodyJudge(api)
  for await (const result of comparator.compare(withoutBases(api, pact))) {
    const finding = findingOf(api, pact, result)
    if (finding && !isBodyFine(api, judge, pact, result, finding)) findings.push(finding)
  }
  findings.push(
    ...pact.interactions.flatMap((interaction, index) => missedErrors(api, judge, interaction, index, findings)),
  )
  const warnings = pact.interactions.flatMap((interaction, index) => warningsOf(api, interaction, index, findings))
  return {
    file,
    api: api.name,
    spec: api.file,
    consumer: pact.consumer.name,
    interactions: pact.interactions.map(({ description }) => description),
    findings: [...findings, ...warnings].toSorted(
      (one, other) => indexIn(one.pactPointer) - indexIn(other.pactPointer),
    ),
  }
}

function providerOf(apis: readonly Api[], pact: PactFile, file: string): Api {
  const name = pact.provider.name.toLowerCase()
  const named = apis.find((api) => api.name.toLowerCase() === name || api.title.toLowerCase() === name)
  if (named) return named
  const known = apis.map((api) => ({
    api,
    count: pact.interactions.filter((interaction) => operationOf(api, interaction)).length,
  }))
  const [best] = known.toSorted((one, other) => other.count - one.count)
  if (best && best.count > 0) return best.api
  throw new UnderstudyError(
    'PACT_INVALID',
    `is for the provider ${JSON.stringify(pact.provider.name)}, and no spec knows one of its requests; known APIs: ${apis.map((api) => api.name).join(', ')}`,
    file,
  )
}

function operationOf(api: Api, { request }: PactFileInteraction): Operation | undefined {
  return operationAt(api, request.method, request.path)
}

/** The comparator does not know the base paths of `servers`. */
function withoutBases(api: Api, pact: PactFile): PactFile {
  const interactions = pact.interactions.map((interaction) => {
    const base = baseOf(api, interaction.request.method, interaction.request.path) ?? ''
    return { ...interaction, request: { ...interaction.request, path: interaction.request.path.slice(base.length) } }
  })
  return { ...pact, interactions }
}

function findingOf(api: Api, pact: PactFile, result: Result): PactFinding | undefined {
  if (result.type === 'info') return undefined
  const pactPointer = pointerOf(pact, result.mockDetails?.location ?? '')
  const interaction = pact.interactions[indexIn(pactPointer)]
  if (interaction === undefined || isIntended(api, interaction, result.code)) return undefined
  const specPointer =
    bodyPlace(api, interaction, result, pactPointer) ?? pointerOf(api.document, result.specDetails?.location ?? '')
  // That a schema has no further properties may be our assumption; that the spec promises none beyond them is not.
  const isSurplus = result.specDetails?.location.endsWith('.additionalProperties')
  const why = specPointer === '' || isSurplus ? undefined : assumptionAt(api.document, specPointer)
  return {
    severity: result.type === 'warning' || why !== undefined ? 'warning' : 'error',
    interaction: interaction.description,
    message: result.message,
    pactPointer,
    specPointer,
    ...(why !== undefined && { why }),
  }
}

/**
 * The comparator misjudges alternatives that differ by `required`, closed tuples, properties of several alternatives, what is below
 * `then` or `patternProperties`, and typed form fields: what it says of a body counts only if the validator finds fault, too.
 */
function isBodyFine(
  api: Api,
  judge: BodyJudge,
  pact: PactFile,
  { code }: Result,
  { pactPointer }: PactFinding,
): boolean {
  const [, side] = /^(request|response)\.body\.incompatible$/.exec(code) ?? []
  const index = indexIn(pactPointer)
  const interaction = pact.interactions[index]
  const operation = interaction && operationOf(api, interaction)
  const body = operation && bodiesOf(operation, interaction).find((each) => each.side === side)
  if (body === undefined) return false
  const root = pointerTo('/interactions', index) + body.pactPointer
  const at = pactPointer.startsWith(root) ? pactPointer.slice(root.length) : ''
  const hasFault = judge.errorsOf(body).some((error) => error.at.startsWith(at) || at.startsWith(error.at))
  return !hasFault && (body.side === 'request' || judge.knows(body, at))
}

/** What the validator finds wrong where the comparator is silent: wrong tuples, bodies of `application/vnd.x+json`. */
function missedErrors(
  api: Api,
  judge: BodyJudge,
  interaction: PactFileInteraction,
  index: number,
  findings: readonly PactFinding[],
): PactFinding[] {
  const operation = operationOf(api, interaction)
  if (operation === undefined) return []
  const own = pointerTo('/interactions', index)
  return bodiesOf(operation, interaction).flatMap((body) => {
    const root = own + body.pactPointer
    const isTold = findings.some(({ pactPointer }) => pactPointer.startsWith(`${own}/${body.side}/body`))
    if (isTold || (body.side === 'request' && isRefusal(operation, interaction))) return []
    return judge.errorsOf(body).map((error): PactFinding => {
      const specPointer =
        valueAt(api.document, error.pointer) === undefined ? pointerTo(body.media.pointer, 'schema') : error.pointer
      const why = assumptionAt(api.document, specPointer)
      return {
        severity: why === undefined ? 'error' : 'warning',
        interaction: interaction.description,
        message: `The ${body.side} body is incompatible with its schema in the spec file: ${error.message}`,
        pactPointer: root + error.at,
        specPointer,
        ...(why !== undefined && { why }),
      }
    })
  })
}

/**
 * Where the schema of a body speaks of the place in question. The comparator's own location is lost behind a `$ref`; ours is
 * not known below a condition, and then its is.
 */
function bodyPlace(
  api: Api,
  interaction: PactFileInteraction,
  { code, specDetails }: Result,
  pactPointer: Pointer,
): Pointer | undefined {
  const operation = operationOf(api, interaction)
  const content =
    code === 'request.body.incompatible'
      ? operation?.requestBody?.content
      : code === 'response.body.incompatible'
        ? operation && responseFor(operation.responses, interaction.response.status)?.content
        : undefined
  const media = content?.['application/json']
  if (media === undefined) return undefined
  const path = pactPointer.replace(/^\/interactions\/\d+\/(?:request|response)\/body(?:\/content(?=\/|$))?/, '')
  const places = tokensOf(path).reduce<Place[]>(
    (above, token) =>
      (/^\d+$/.test(token) ? itemPointers(above) : memberPointers(above, token)).flatMap((pointer) =>
        placesOf(api, pointer),
      ),
    placesOf(api, pointerTo(media.pointer, 'schema')),
  )
  const keyword = specDetails?.location.split('.').at(-1) ?? ''
  const speaking = places.find(({ schema }) => Object.hasOwn(schema, keyword))
  return speaking
    ? pointerTo(speaking.pointer, keyword)
    : keyword === 'additionalProperties'
      ? places.at(-1)?.pointer
      : undefined
}

/** Who expects a declared refusal means to send what is refused, and credentials may be added at verification. */
function isIntended(api: Api, interaction: PactFileInteraction, code: string): boolean {
  const operation = operationOf(api, interaction)
  if (operation && isRefusal(operation, interaction) && code.startsWith('request.')) return true
  return (
    code === 'request.authorization.missing' &&
    (interaction.providerStates ?? []).some(({ name }) => name === CREDENTIALS_STATE)
  )
}

function isRefusal(operation: Operation, { response }: PactFileInteraction): boolean {
  return response.status >= 400 && responseFor(operation.responses, response.status) !== undefined
}

/** An interaction that is wrong anyway is not told what it rests on. */
function warningsOf(
  api: Api,
  interaction: PactFileInteraction,
  index: number,
  findings: readonly PactFinding[],
): PactFinding[] {
  const operation = operationOf(api, interaction)
  if (!operation || findings.some((finding) => finding.severity === 'error' && indexIn(finding.pactPointer) === index))
    return []
  return assumedExpectations(api, operation, interaction).map((expectation) => ({
    severity: 'warning',
    interaction: interaction.description,
    ...expectation,
    pactPointer: pointerTo('/interactions', index) + expectation.pactPointer,
  }))
}

function indexIn(pactPointer: Pointer): number {
  return Number(/^\/interactions\/(\d+)/.exec(pactPointer)?.[1] ?? -1)
}
