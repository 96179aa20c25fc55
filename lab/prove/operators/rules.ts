import { isDeepStrictEqual } from 'node:util'
import type { CheckId, Tier } from '../../../src/conform/check.ts'
import { withChange } from '../../../src/openapi/walk.ts'
import { assumptionAt } from '../../../src/openapi/assumption.ts'
import { isObject, pointerTo, tokensOf, valueAt } from '../../../src/openapi/pointer.ts'
import { answeringItself, changingAnswers, isSuccess, jsonIn, withJson, type Call } from '../../../src/prove/call.ts'
import { defect, type SeededDefect } from '../../../src/prove/defect.ts'
import { plainest, refusalOf, type Material, type Sample } from '../../../src/prove/samples.ts'

/** Each scenario of a refusal accepted, and each of a success refused. */
export function ruleDefects(material: Material): SeededDefect[] {
  return material.samples.flatMap((sample) =>
    (isSuccess(sample.answer) ? [overEnforced(material, sample)] : [notEnforced(material, sample)]).filter(
      (each) => each !== undefined,
    ),
  )
}

const ACCEPTED: readonly CheckId[] = [
  'invalid-accepted',
  'credentials-ignored',
  'media-type-accepted',
  'stale-tag-accepted',
  'size-accepted',
  'deleted-readable',
  'refusal-status',
  'flow',
]

/** Whatever the server would refuse with the very words of the scenario succeeds. */
function notEnforced(material: Material, { operation, scenario, answer }: Sample): SeededDefect | undefined {
  const accepted = plainest(material, operation)?.answer
  if (accepted === undefined) return undefined
  return defect(material, operation, {
    operator: 'rule-not-enforced',
    target: scenario.name,
    tier: tierOf(scenario.inferred),
    expected: ACCEPTED,
    create: () =>
      changingAnswers((given, call) =>
        call.operation === operation && given.status === answer.status && given.body.equals(answer.body)
          ? accepted
          : undefined,
      ),
  })
}

/** What the scenario sends is refused. */
function overEnforced(material: Material, { operation, scenario, request }: Sample): SeededDefect | undefined {
  const refusal = refusalOf(material, operation, 409, 403)
  if (refusal === undefined) return undefined
  const body = jsonIn(request)
  const isIt = ({ request: sent, operation: called }: Call): boolean =>
    called === operation &&
    decoded(sent.url) === decoded(request.url) &&
    sent.headers['authorization'] === request.headers['authorization'] &&
    (body === undefined ? sent.body.equals(request.body) : isDeepStrictEqual(jsonIn(sent), body))
  return defect(material, operation, {
    operator: 'rule-over-enforced',
    target: scenario.name,
    tier: tierOf(scenario.inferred),
    expected: ['valid-refused', 'flow', 'page-wrong', 'filter-wrong', 'sort-wrong', 'head-like-get'],
    create: () => answeringItself((call) => (isIt(call) ? refusal : undefined)),
  })
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

/** What was sent comes back otherwise, member by member. */
export function echoDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const sample = plainest(material, operation)
    const [sent, got] = [sample && jsonIn(sample.request), sample && jsonIn(sample.answer)]
    const media = sample && operation.responses[String(sample.answer.status)]?.content['application/json']
    if (!isObject(sent) || got === undefined || !media?.schema || operation.method !== 'POST') return []
    const places = material.context.schemas.applied(pointerTo(media.pointer, 'schema'), got)
    return Object.entries(sent).flatMap(([name, value]) => {
      const place = places.find(({ at }) => tokensOf(at).at(-1) === name && isDeepStrictEqual(valueAt(got, at), value))
      if (place === undefined) return []
      const why =
        assumptionAt(material.api.document, media.pointer) ??
        place.inferred ??
        assumptionAt(material.api.document, place.pointer)
      return [
        defect(material, operation, {
          operator: 'echo-altered',
          target: name,
          tier: tierOf(why),
          expected: ['echo', 'created-differs', 'body-schema', 'flow'],
          create: () =>
            changingAnswers((answer, call) => {
              if (call.operation !== operation || !isSuccess(answer)) return undefined
              const body = jsonIn(answer)
              const old = valueAt(body, place.at)
              return old === undefined ? undefined : withJson(answer, withChange(body, place.at, otherValue))
            }),
        }),
      ]
    })
  })
}

/** A value of the same type and form. */
function otherValue(old: unknown): unknown {
  if (typeof old === 'boolean') return !old
  if (typeof old === 'number') return old + 1
  if (Array.isArray(old)) return old.slice(0, -1)
  if (isObject(old)) return Object.fromEntries(Object.entries(old).slice(0, -1))
  if (typeof old !== 'string') return old
  if (/^\d{4}-\d{2}-\d{2}/.test(old)) return `1${old.slice(1)}`
  if (/^[0-9a-f-]{32,36}$/i.test(old)) return old.replace(/^./, (first) => (first === '0' ? '1' : '0'))
  return old.length > 1 ? old.slice(0, -1) : `${old}x`
}

function tierOf(why: string | undefined): Tier {
  return why === undefined ? 'documented' : 'assumed'
}
