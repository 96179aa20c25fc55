import { opennessOf } from '../../openapi/extensions.ts'
import {
  array,
  asyncProperty,
  boolean,
  check,
  constant,
  constantFrom,
  double,
  integer,
  jsonValue,
  oneof,
  string,
  type Arbitrary,
} from 'fast-check'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import type { FlowCase, RequestCase, FlowRunner, Verdict } from '../case.ts'
import type { Failure } from '../check.ts'
import { checkCase } from '../checks/check-case.ts'
import { type Schemas, withChange } from '../../openapi/walk.ts'
import { isTolerable, jsonMedia, type BaseRequest } from '../cases/body-cases.ts'
import { isFree } from '../cases/free-value.ts'
import type { Context } from '../context.ts'
import { isForm, requestOf } from '../cases/draft.ts'
import { isBrokenForm, isFlat } from '../cases/form-reading.ts'
import { refusal, refusalStatuses, requestCase, success } from '../cases/request-case.ts'
import { richSample } from '../cases/sample.ts'

/** Bodies that nobody thought of, made from the run's seed; a failure is shrunk to the smallest body that still shows it. */
export function randomFlows(context: Context, base: BaseRequest, runs: number): FlowCase[] {
  const media = jsonMedia(base)
  if (!media || runs === 0) return []
  const { schema, value } = media
  const validate = context.schemas.validate(schema)
  const broken = onlyThose(
    changedBodies(context, base, () => jsonValue({ maxDepth: 2 })),
    (body) =>
      !isTolerable(context, validate(body)) && !isLenient(context, base, body) && isWritten(base, body, validate),
  )
  const valid = onlyThose(
    changedBodies(context, base, freely(context, base)),
    (body) => validate(body).length === 0 && (!isForm(base.draft.contentType) || isFlat(body)),
  )
  const { operation } = base.draft
  const make = (body: unknown, isValid: boolean): RequestCase => {
    const errors = validate(body)
    const reasons = errors.map((error) => ({ pointer: error.pointer, why: context.schemas.whyOf(schema, body, error) }))
    const telling = reasons.find(({ why }) => why === undefined) ?? reasons[0]
    return requestCase(context, {
      name: isValid ? 'a random body that keeps to the schema' : 'a random body that breaks the schema',
      kind: isValid ? 'boundary' : 'mutation',
      draft: { ...base.draft, body: { kind: 'json', value: body } },
      expectation: isValid ? success(operation, base.status) : refusal(refusalStatuses(operation)),
      pointer: telling?.pointer ?? schema,
      why: isValid ? 'that random text and numbers are taken like chosen ones is assumed' : telling?.why,
    })
  }
  const flow = (isValid: boolean, bodies: Arbitrary<unknown>): FlowCase => {
    const template = make(value, isValid)
    return {
      id: `${context.api.name}/${operation.id}: random bodies that ${isValid ? 'keep to' : 'break'} the schema`,
      name: `random bodies that ${isValid ? 'keep to' : 'break'} the schema`,
      kind: 'random',
      api: context.api.name,
      operation,
      checks: template.checks,
      pointer: schema,
      tier: template.tier,
      ...(template.why !== undefined && { why: template.why }),
      given: base.given,
      changesNothing: false,
      play: async (runner) => {
        const isRepeated = !isValid || (await isRepeatable(runner, base))
        if (!isRepeated && !(await runner.reset()))
          return { kind: 'not-reached', reason: 'the request cannot be repeated with another body' }
        const before = isRepeated ? nothing : () => runner.reset()
        return explore({ context, runner, bodies, before, make: (body) => make(body, isValid), runs })
      },
    }
  }
  return [flow(false, broken), ...(operation.method === 'POST' ? [flow(true, valid)] : [])]
}

/** Stands for a body where none of the wanted kind turns up: no body breaks a schema that takes anything. */
const NONE = Symbol('no body')
const MAX_REJECTED = 1000

function onlyThose(bodies: Arbitrary<unknown>, isWanted: (body: unknown) => boolean): Arbitrary<unknown> {
  let rejected = 0
  return bodies
    .filter((body) => {
      rejected = isWanted(body) ? 0 : rejected + 1
      return rejected === 0 || rejected > MAX_REJECTED
    })
    .map((body) => (rejected > MAX_REJECTED ? NONE : body))
}

interface Exploration {
  readonly context: Context
  readonly runner: FlowRunner
  readonly bodies: Arbitrary<unknown>
  readonly before: () => Promise<unknown>
  readonly make: (body: unknown) => RequestCase
  readonly runs: number
}

const nothing = (): Promise<void> => Promise.resolve()

async function explore({ context, runner, bodies, before, make, runs }: Exploration): Promise<Verdict> {
  const trial = async (body: unknown): Promise<Failure[]> => {
    const testCase = make(body)
    await before()
    return checkCase(context, testCase, await runner.send(testCase.request))
  }
  const outcome = await check(
    asyncProperty(bodies, async (body) => body === NONE || (await trial(body)).length === 0),
    { seed: context.runSeed, numRuns: runs, markInterruptAsFailure: false, interruptAfterTimeLimit: TIME_LIMIT_MS },
  )
  if (!outcome.failed || outcome.counterexample === null) return { kind: 'passed' }
  const failures = await trial(outcome.counterexample[0])
  return failures.length === 0 ? { kind: 'passed' } : { kind: 'failed', failures }
}

const TIME_LIMIT_MS = 20_000
/** Of one, two, three and four bytes, and of several code points. */
const LETTERS = ['a', ' ', 'ß', 'é', 'Ж', '東', '\u2028', '🎉', '👩‍💻']

async function isRepeatable(runner: FlowRunner, base: BaseRequest): Promise<boolean> {
  for (let round = 0; round < 2; round++) {
    const { outcome } = await runner.send(requestOf(base.draft))
    if (outcome.kind !== 'answer' || outcome.status >= 300) return false
  }
  return true
}

/** One to three places of the body get another value. */
function changedBodies(
  context: Context,
  base: BaseRequest,
  valueFor: (at: string, value: unknown) => Arbitrary<unknown> | undefined,
): Arbitrary<unknown> {
  const media = jsonMedia(base)
  if (!media) return constant(undefined)
  const rich = richSample(context.schemas, media.schema, media.value)
  const places = [...new Set(context.schemas.applied(media.schema, rich).map(({ at }) => at))]
  const choices = places.flatMap((at) => {
    const values = valueFor(at, valueAt(rich, at))
    return values === undefined ? [] : [values.map((value) => ({ at, value }))]
  })
  if (choices.length === 0) return constant(media.value)
  return array(oneof(...choices), { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce<unknown>(
      (body, { at, value }) => (valueAt(body, at) === undefined ? body : withChange(body, at, () => value)),
      rich,
    ),
  )
}

/** Values for the places over which no rule decides. */
function freely(context: Context, base: BaseRequest): (at: string, value: unknown) => Arbitrary<unknown> | undefined {
  const media = jsonMedia(base)
  if (!media) return () => undefined
  const rich = richSample(context.schemas, media.schema, media.value)
  const applied = context.schemas.applied(media.schema, rich)
  return (at, value) => {
    const here = applied.filter((each) => each.at === at && 'type' in each.schema)
    if (here.length === 0 || !here.every((each) => isFree(context, media.schema, rich, each))) return undefined
    if (here.some(({ schema }) => ['enum', 'const', 'format', 'pattern'].some((keyword) => keyword in schema)))
      return undefined
    if (typeof value === 'string')
      // Whether a text may be empty is seldom said: servers may well see it either way.
      return oneof(
        string({ minLength: 1, maxLength: 60 }),
        string({ minLength: 1, maxLength: 20, unit: constantFrom(...LETTERS) }),
      )
    if (typeof value === 'number')
      // Any of these may be degrees, too, and a place beyond the poles is none.
      return Number.isInteger(value) ? integer() : double({ noNaN: true, noDefaultInfinity: true, min: -90, max: 90 })
    return typeof value === 'boolean' ? boolean() : undefined
  }
}

/** Whether what is wrong with a body is still wrong once it is written: in a form everything is text. */
function isWritten({ draft }: BaseRequest, body: unknown, validate: ReturnType<Schemas['validate']>): boolean {
  return !isForm(draft.contentType) || (isBrokenForm(validate, body) && Object.keys(Object(body) as object).length > 0)
}

/** Whether a place of the body has another notation that the spec says is accepted as well. */
function isLenient(context: Context, base: BaseRequest, body: unknown): boolean {
  const media = jsonMedia(base)
  return (
    media !== undefined &&
    context.schemas.applied(media.schema, body).some(({ schema }) => opennessOf(schema).accepts !== undefined) &&
    isObject(body)
  )
}
