import { knowledgeOf } from '../../conform/apis/knowledge-of.ts'
import type { CheckId, Tier } from '../../conform/check.ts'
import { withChange } from '../../openapi/walk.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { changingAnswers, jsonIn, withHeaders, withJson, type ProxyAnswer } from '../call.ts'
import { defect, idOf, type SeededDefect } from '../defect.ts'
import { refusalsOf, type Material, type Sample } from '../samples.ts'
import { contentTier, mediaOf, responseOf, statusTier, tierOf } from './answer-tiers.ts'
import { headerDefects } from './envelopes.ts'
import { otherType } from './other-type.ts'

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
export function refusalDefects(material: Material, sample: Sample): SeededDefect[] {
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
            ...change('error-property-dropped', without, (given) =>
              withChange(jsonIn(given), pointerTo('', name), () => undefined),
            ),
            ...change('error-property-of-another-type', wrongType, (given) =>
              withChange(jsonIn(given), pointerTo('', name), otherType),
            ),
          ]
        })
      : []),
  ]
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
  const target = typeof ref === 'string' ? pointerOfRef(ref) : undefined
  return target !== undefined && knowledgeOf(api).errorsOfAnyStatus?.[target] !== undefined
}
