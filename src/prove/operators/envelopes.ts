import type { CheckId, Tier } from '../../conform/check.ts'
import type { MediaTypeSpec } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import { changingAnswers, isSuccess, jsonIn, withHeaders, withJson, type ProxyAnswer } from '../call.ts'
import { defect, type SeededDefect } from '../defect.ts'
import type { Material, Sample } from '../samples.ts'
import { contentTier, mediaOf, responseOf, statusTier, tierOf } from './answer-tiers.ts'

/** What is around a body: status, headers, content type, syntax. */
export function envelopeDefects(material: Material, sample: Sample): SeededDefect[] {
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
          of('body', 'in-an-array', content, ['body-schema'], (given) => withJson(given, [jsonIn(given)])),
          of('body', 'in-an-envelope', content, ['body-schema'], (given) => withJson(given, { result: jsonIn(given) })),
        ]),
    ...(isObject(body) &&
    tierOf(material, sample, mediaOf(sample) as MediaTypeSpec, { ...body, understudyExtra: 1 }) !== undefined
      ? [
          of(
            'undeclared-property-sent',
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
export function headerDefects(material: Material, sample: Sample): SeededDefect[] {
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
