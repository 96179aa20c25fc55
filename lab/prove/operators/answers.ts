import type { CheckId, Tier } from '../../../src/conform/check.ts'
import { withChange } from '../../../src/openapi/walk.ts'
import type { MediaTypeSpec, Operation, ResponseSpec } from '../../../src/openapi/api.ts'
import { assumptionAt } from '../../../src/openapi/assumption.ts'
import { isObject, pointerOfRef, pointerTo, tokensOf, valueAt } from '../../../src/openapi/pointer.ts'
import { changingAnswers, isSuccess, jsonIn, withHeaders, withJson, type ProxyAnswer } from '../call.ts'
import type { SeededDefect, Witness } from '../defect.ts'
import { pointersTo, spread } from '../places.ts'
import { plainest, refusalsOf, type Material, type Sample } from '../samples.ts'

/** So many defects of one operator for one operation, spread over its members. */
const MEMBERS = 8

/** Answers that are not what the spec says: members, statuses, headers, content types, bodies. */
export function answerDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const sample = plainest(material, operation)
    return [
      ...(sample ? [...memberDefects(material, sample), ...envelopeDefects(material, sample)] : []),
      ...refusalKinds(material, operation).flatMap((refusal) => refusalDefects(material, refusal)),
    ]
  })
}

/** One sample for each status with which the operation refuses. */
function refusalKinds(material: Material, operation: Operation): Sample[] {
  const refusals = refusalsOf(material, operation)
  return refusals.filter(
    (each, index) => refusals.findIndex(({ answer }) => answer.status === each.answer.status) === index,
  )
}

interface Spoilt {
  readonly operator: string
  readonly value: (old: unknown) => unknown
}

const SPOILS: readonly Spoilt[] = [
  { operator: 'member-dropped', value: () => undefined },
  { operator: 'member-of-another-type', value: otherType },
  { operator: 'member-null', value: () => null },
  { operator: 'member-malformed', value: (old) => (typeof old === 'string' ? malformed(old) : undefined) },
  { operator: 'member-of-another-case', value: (old) => (typeof old === 'string' ? swappedCase(old) : undefined) },
]

function otherType(old: unknown): unknown {
  if (typeof old === 'string') return /^-?\d+(\.\d+)?$/.test(old) ? Number(old) : 7
  if (typeof old === 'number' || typeof old === 'boolean') return String(old)
  if (Array.isArray(old)) return { items: old }
  return isObject(old) ? [old] : 7
}

function malformed(old: string): string {
  if (/^\d{4}-\d{2}-\d{2}T/.test(old)) return old.replace('T', ' ').replace(/(\.\d+)?Z$/, '')
  if (/^[0-9a-f]{8}-/.test(old)) return old.replaceAll('-', '')
  return `~${old}`
}

function swappedCase(old: string): string {
  return old === old.toUpperCase() ? old.toLowerCase() : old.toUpperCase()
}

/** Each operator on each member of the answer where the schema has something against it. */
function memberDefects(material: Material, sample: Sample): SeededDefect[] {
  const media = mediaOf(sample)
  const body = jsonIn(sample.answer)
  if (!media?.schema || body === undefined) return []
  const ways = waysIn(body, media, material)
  return SPOILS.flatMap(({ operator, value }) => {
    const made = ways.flatMap((way) => {
      const tier = tierOf(material, sample, media, spoilt(body, way, value))
      return tier === undefined ? [] : [{ way, tier }]
    })
    return spread(made, MEMBERS).map(({ way, tier }) =>
      defect(material, sample.operation, {
        operator,
        target: way.join('.'),
        tier,
        expected: ['body-schema', 'undeclared-property', 'echo', 'created-differs', 'flow'],
        create: () =>
          changingAnswers((answer, call) => {
            if (call.operation !== sample.operation || !isSuccess(answer) || answer.body.byteLength === 0)
              return undefined
            const old = jsonIn(answer)
            const changed = spoilt(old, way, value)
            return JSON.stringify(changed) === JSON.stringify(old) ? undefined : withJson(answer, changed)
          }),
      }),
    )
  })
}

/** The ways to all members of a body, items and members of any name written `*`. */
function waysIn(body: unknown, media: MediaTypeSpec, material: Material): string[][] {
  const places = material.context.schemas.applied(pointerTo(media.pointer, 'schema'), body)
  const names = new Set(places.filter(({ at }) => at !== '' && !/\/\d+$/.test(at)).map(({ place }) => place))
  return [...names].map((place) => tokensOf(place))
}

function spoilt(body: unknown, way: readonly string[], value: (old: unknown) => unknown): unknown {
  return pointersTo(body, way)
    .filter((at) => valueAt(body, at) !== undefined)
    .reduce((changed, at) => withChange(changed, at, value), body)
}

/** The tier of what the schema has against a body; `undefined` when it has nothing against it. */
function tierOf(material: Material, sample: Sample, media: MediaTypeSpec, body: unknown): Tier | undefined {
  const errors = media.validate(body)
  if (errors.length === 0) return undefined
  const { document } = material.api
  const response = responseOf(sample)
  const usage = pointerTo(sample.operation.pointer, 'responses', String(sample.answer.status))
  if (response === undefined || assumptionAt(document, pointerTo(usage, 'content')) !== undefined) return 'assumed'
  if (assumptionAt(document, media.pointer) !== undefined) return 'assumed'
  const reasons = errors.map((error) => material.context.schemas.whyOf(pointerTo(media.pointer, 'schema'), body, error))
  return reasons.includes(undefined) ? 'documented' : 'assumed'
}

/** What is around a body: status, headers, content type, syntax. */
function envelopeDefects(material: Material, sample: Sample): SeededDefect[] {
  const { operation, answer } = sample
  const of = (
    operator: string,
    target: string,
    tier: Tier,
    expected: readonly CheckId[],
    change: (answer: ProxyAnswer) => ProxyAnswer | undefined,
  ): SeededDefect =>
    defect(material, operation, {
      operator,
      target,
      tier,
      expected,
      create: () =>
        changingAnswers((given, call) =>
          call.operation === operation && isSuccess(given) ? change(given) : undefined,
        ),
    })
  const status = statusTier(material, sample)
  const content = contentTier(material, sample)
  const body = jsonIn(answer)
  const others = [200, 201, 202, 204].filter((each) => each !== answer.status && !(String(each) in operation.responses))
  return [
    ...others.map((other) =>
      of(
        'other-success',
        `${answer.status}-to-${other}`,
        status,
        ['status-undeclared', 'success-status', 'flow'],
        (given) => ({
          ...given,
          status: other,
          ...(other === 204 && { body: Buffer.alloc(0) }),
        }),
      ),
    ),
    of('crash', 'on-success', 'documented', ['server-error'], (given) => ({ ...given, status: 500 })),
    of('redirect', 'on-success', status, ['status-undeclared', 'success-status', 'valid-refused'], (given) =>
      withHeaders({ ...given, status: 302 }, { location: '/' }),
    ),
    ...headerDefects(material, sample),
    ...(answer.body.byteLength === 0
      ? [
          of('unexpected-body', 'success', content, ['body-forbidden'], (given) =>
            withJson(withHeaders(given, { 'content-type': 'application/json' }), { done: true }),
          ),
        ]
      : [
          of('content-type', 'text-html', content, ['content-type'], (given) =>
            withHeaders(given, { 'content-type': 'text/html; charset=utf-8' }),
          ),
          of('content-type', 'none', content, ['content-type'], (given) =>
            withHeaders(given, { 'content-type': null }),
          ),
          of('body', 'cut-off', content, ['body-unparseable'], (given) => ({
            ...given,
            body: given.body.subarray(0, given.body.byteLength - 1),
          })),
          of('body', 'empty', content, ['body-unparseable'], (given) => ({ ...given, body: Buffer.alloc(0) })),
          of('body', 'null', content, ['body-schema'], (given) => withJson(given, null)),
          of('body', 'in-a-list', content, ['body-schema'], (given) => withJson(given, [jsonIn(given)])),
          of('body', 'in-an-envelope', content, ['body-schema'], (given) => withJson(given, { result: jsonIn(given) })),
        ]),
    ...(isObject(body) &&
    tierOf(material, sample, mediaOf(sample) as MediaTypeSpec, { ...body, understudyExtra: 1 }) !== undefined
      ? [
          of(
            'undeclared-member',
            'success',
            tierOf(material, sample, mediaOf(sample) as MediaTypeSpec, { ...body, understudyExtra: 1 }) as Tier,
            ['undeclared-property', 'body-schema'],
            (given) => withJson(given, { ...(jsonIn(given) as object), understudyExtra: 1 }),
          ),
        ]
      : []),
    defect(material, operation, {
      operator: 'hang-up',
      target: 'on-success',
      tier: 'documented',
      expected: ['no-answer', 'valid-refused', 'flow'],
      create: () => async (call) => {
        const given = await call.forward()
        if (call.operation !== operation || !isSuccess(given)) return given
        call.wrong()
        return 'hang-up'
      },
    }),
  ]
}

/** Each header that the spec requires of an answer with this status, lost and made nonsense. */
function headerDefects(material: Material, sample: Sample): SeededDefect[] {
  const { operation, answer } = sample
  const response = responseOf(sample)
  const { document } = material.api
  const usage = assumptionAt(document, pointerTo(operation.pointer, 'responses', String(answer.status)))
  return Object.entries(response?.headers ?? {}).flatMap(([name, header]) => {
    const why = usage ?? header.inferred ?? assumptionAt(document, header.pointer)
    const tier: Tier = why === undefined ? 'documented' : 'assumed'
    const of = (operator: string, expected: readonly CheckId[], value: string | null): SeededDefect =>
      defect(material, operation, {
        operator,
        target: `${answer.status} ${name}`,
        tier,
        expected,
        create: () =>
          changingAnswers((given, call) =>
            call.operation === operation && given.status === answer.status && name in given.headers
              ? withHeaders(given, { [name]: value })
              : undefined,
          ),
      })
    return [
      ...(header.required
        ? [of('header-lost', ['header-missing', 'flow', 'id-repeated', 'created-unreadable'], null)]
        : []),
      ...(header.required && header.validate('%%').length > 0 ? [of('header-nonsense', ['header-invalid'], '%%')] : []),
    ]
  })
}

const OTHER_REFUSAL: Readonly<Record<number, number>> = {
  400: 422,
  401: 403,
  403: 404,
  404: 400,
  409: 400,
  412: 409,
  413: 400,
  415: 400,
}

/** A refusal that comes in another way. */
function refusalDefects(material: Material, sample: Sample): SeededDefect[] {
  const { operation, answer } = sample
  const { status } = answer
  const response = responseOf(sample)
  if (response === undefined) return []
  const of = (
    operator: string,
    tier: Tier,
    expected: readonly CheckId[],
    change: (answer: ProxyAnswer) => ProxyAnswer,
  ): SeededDefect =>
    defect(material, operation, {
      operator,
      target: String(status),
      tier,
      expected,
      create: () =>
        changingAnswers((given, call) =>
          call.operation === operation && given.status === status ? change(given) : undefined,
        ),
    })
  const tier = statusTier(material, sample)
  const content = contentTier(material, sample)
  const body = jsonIn(answer)
  const media = mediaOf(sample)
  const html = (given: ProxyAnswer): ProxyAnswer => ({
    ...withHeaders(given, { 'content-type': 'text/html' }),
    body: Buffer.from(`<h1>Error ${given.status}</h1>`),
  })
  const shape: readonly CheckId[] = ['error-shape', 'content-type', 'body-unparseable', 'unknown-path', 'flow']
  return [
    of(
      'other-refusal',
      tier,
      ['status-undeclared', 'refusal-status', 'credentials-ignored', 'stale-tag-accepted', 'flow'],
      (given) => ({ ...given, status: OTHER_REFUSAL[status] ?? 418 }),
    ),
    of(
      'refusal-as-success',
      isStatusOpen(material, sample) ? 'assumed' : refusalTier(material, sample),
      [
        'refusal-status',
        'invalid-accepted',
        'credentials-ignored',
        'media-type-accepted',
        'size-accepted',
        'stale-tag-accepted',
        'success-status',
        'body-schema',
        'status-undeclared',
        'deleted-readable',
        'flow',
      ],
      (given) => ({ ...given, status: 200 }),
    ),
    of('crash-on-refusal', 'documented', ['server-error'], (given) => ({ ...given, status: 500 })),
    of('refusal-as-html', content, shape, html),
    of('refusal-without-body', content, shape, (given) => ({ ...given, body: Buffer.alloc(0) })),
    of('stack-trace', 'documented', ['internal-leak'], (given) => ({
      ...given,
      body: Buffer.from(
        given.body
          .toString()
          .replace(
            /"(message|statusText|error|error_description)":"[^"]*"|"errors":\["[^"]*"/,
            (found) => `${found.slice(0, -1)}\\n    at handle (/srv/app/handler.js:10:3)"`,
          ),
      ),
    })),
    ...headerDefects(material, sample),
    ...(isObject(body) && media
      ? Object.keys(body).flatMap((name) => {
          const without = withChange(body, pointerTo('', name), () => undefined)
          const wrongType = { ...body, [name]: otherType(body[name]) }
          const change = (
            operator: string,
            changed: unknown,
            apply: (given: ProxyAnswer) => unknown,
          ): SeededDefect[] => {
            const found = tierOf(material, sample, media, changed)
            return found === undefined
              ? []
              : [
                  {
                    ...of(operator, found, shape, (given) => withJson(given, apply(given))),
                    id: idOf(material, operation, operator, `${status} ${name}`),
                  },
                ]
          }
          return [
            ...change('error-member-dropped', without, (given) =>
              withChange(jsonIn(given), pointerTo('', name), () => undefined),
            ),
            ...change('error-member-of-another-type', wrongType, (given) =>
              withChange(jsonIn(given), pointerTo('', name), otherType),
            ),
          ]
        })
      : []),
  ]
}

function responseOf({ operation, answer }: Sample): ResponseSpec | undefined {
  return operation.responses[String(answer.status)]
}

function mediaOf(sample: Sample): MediaTypeSpec | undefined {
  const type = (sample.answer.headers['content-type'] ?? '').replace(/;.*/, '')
  return responseOf(sample)?.content[type]
}

function statusTier(material: Material, sample: Sample): Tier {
  return tierBelow(material, sample, '/status')
}

function contentTier(material: Material, sample: Sample): Tier {
  return tierBelow(material, sample, '/content')
}

function tierBelow({ api }: Material, sample: Sample, below: string): Tier {
  const usage = pointerTo(sample.operation.pointer, 'responses', String(sample.answer.status))
  const place = responseOf(sample)?.pointer ?? usage
  const media = below === '/content' ? mediaOf(sample)?.pointer : undefined
  const why =
    assumptionAt(api.document, `${usage}${below}`) ??
    assumptionAt(api.document, `${place}${below}`) ??
    (media === undefined ? undefined : assumptionAt(api.document, media))
  return why === undefined ? 'documented' : 'assumed'
}

/** Whether the page says of any of the refusals with this status that it is one. */
function refusalTier(material: Material, { operation, answer }: Sample): Tier {
  const alike = refusalsOf(material, operation).filter((each) => each.answer.status === answer.status)
  return alike.some(({ scenario }) => scenario.inferred === undefined) ? 'documented' : 'assumed'
}

/** Whether the spec says of the error that it may come with any status: then that of a success makes it no success. */
function isStatusOpen({ api }: Material, sample: Sample): boolean {
  const media = mediaOf(sample)
  const schema = media && valueAt(api.document, pointerTo(media.pointer, 'schema'))
  const ref = isObject(schema) ? schema['$ref'] : undefined
  const target = typeof ref === 'string' ? valueAt(api.document, pointerOfRef(ref) ?? '') : schema
  return isObject(target) && 'x-any-status' in target
}

export interface DefectParts {
  readonly operator: string
  readonly target: string
  readonly tier: Tier
  readonly expected: readonly CheckId[]
  readonly witness?: Witness
  readonly create: SeededDefect['create']
}

export function defect(
  material: Material,
  operation: Operation | undefined,
  { target, ...parts }: DefectParts,
): SeededDefect {
  return {
    id: idOf(material, operation, parts.operator, target),
    api: material.api.name,
    operation: operation?.id,
    ...parts,
  }
}

function idOf({ api }: Material, operation: Operation | undefined, operator: string, target: string): string {
  return `${api.name}/${operation?.id ?? 'any'}/${operator}${target === '' ? '' : ` ${target}`}`
}
