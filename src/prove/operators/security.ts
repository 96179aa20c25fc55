import type { CheckId, Tier } from '../../conform/check.ts'
import type { Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { changingAnswers, changingRequests, isRefusal, type Behaviour } from '../call.ts'
import { defect, type SeededDefect } from '../defect.ts'
import { plainest, refusalOf, type Material } from '../samples.ts'

const EXPECTED: readonly CheckId[] = [
  'credentials-ignored',
  'invalid-accepted',
  'refused-write-changed',
  'refusal-status',
  'flow',
]

/** Credentials that are not asked for, not looked at, or refused although they are right. */
export function securityDefects(material: Material): SeededDefect[] {
  return material.api.operations.flatMap((operation) => {
    const sample = plainest(material, operation)
    const names = headersOf(material, operation).filter((name) => sample?.request.headers[name] !== undefined)
    return [
      ...names.flatMap((name) => headerDefects(material, operation, name, sample?.request.headers[name] as string)),
      ...signatureDefects(material, operation),
      ...roleDefects(material, operation),
    ]
  })
}

function headersOf({ api }: Material, operation: Operation): string[] {
  const schemes = operation.security.flat().map((name) => api.securitySchemes[name])
  return [
    ...new Set(
      schemes.flatMap((scheme) =>
        scheme === undefined
          ? []
          : scheme.kind === 'http'
            ? ['authorization']
            : scheme.in === 'header'
              ? [scheme.name.toLowerCase()]
              : [],
      ),
    ),
  ]
}

function headerDefects(material: Material, operation: Operation, name: string, right: string): SeededDefect[] {
  const tier = tierFor(material, operation)
  const of = (operator: string, create: () => Behaviour, expected = EXPECTED): SeededDefect =>
    defect(material, operation, { operator, target: name, tier, expected, create })
  const others = new Set(
    material.seed.credentials.flatMap(({ headers }) => (headers[name] === undefined ? [] : [headers[name]])),
  )
  const isOptional = operation.security.some((schemes) => schemes.length === 0)
  const replacing =
    (when: (value: string | undefined) => boolean, made: (value: string) => string = () => right): (() => Behaviour) =>
    () =>
      changingRequests(({ operation: called, request }) => {
        const value = request.headers[name]
        return called === operation && when(value)
          ? { ...request, headers: { ...request.headers, [name]: made(value ?? '') } }
          : undefined
      })
  const refusal = refusalOf(material, operation, 401)
  const spaced = right.includes(' ')
  const known = (value: string | undefined): boolean => value !== undefined && others.has(value)
  return [
    ...(isOptional
      ? []
      : [
          of(
            'credentials-not-needed',
            replacing((value) => value === undefined),
          ),
        ]),
    of(
      'credentials-not-checked',
      replacing((value) => value !== undefined && !known(value) && (!spaced || /^bearer /i.test(value))),
    ),
    ...(spaced
      ? [
          of(
            'scheme-ignored',
            replacing(
              (value) => value !== undefined && !/^bearer /i.test(value) && /\S \S/.test(value),
              (value) => value.replace(/^\S+/, 'Bearer'),
            ),
          ),
        ]
      : []),
    ...(spaced
      ? [
          of(
            'prefix-suffices',
            replacing(
              (value) =>
                value !== undefined &&
                !known(value) &&
                [...others].some((each) => value.startsWith(each) && value !== each),
              (value) => [...others].find((each) => value.startsWith(each)) ?? value,
            ),
          ),
        ]
      : []),
    ...(refusal === undefined
      ? []
      : [
          of(
            'right-credentials-refused',
            () =>
              changingAnswers((answer, call) =>
                call.operation === operation && call.request.headers[name] === right && !isRefusal(answer)
                  ? refusal
                  : undefined,
              ),
            ['valid-refused', 'flow', 'status-undeclared', 'created-unreadable'],
          ),
        ]),
  ]
}

/** An API that looks at a signature only where there is one. */
function signatureDefects(material: Material, operation: Operation): SeededDefect[] {
  const sent = material.seed.credentials.find(({ headers }) => 'signature' in headers)
  if (sent === undefined) return []
  return [
    defect(material, operation, {
      operator: 'credentials-not-checked',
      target: 'signature',
      tier: tierFor(material, operation),
      expected: EXPECTED,
      create: () =>
        changingRequests(({ operation: called, request }) => {
          if (called !== operation || request.headers['signature'] === undefined) return undefined
          const { signature: _, ...headers } = request.headers
          return { ...request, headers }
        }),
    }),
  ]
}

/** The operator of these defects: they need a look at what would come of a request. */
export const ROLE_IGNORED = 'role-ignored'

/** Whoever is there may do everything: the first credential does it for all of them. */
function roleDefects(material: Material, operation: Operation): SeededDefect[] {
  const [first] = material.seed.credentials
  const refused = material.samples.filter(
    ({ operation: called, answer, scenario }) =>
      called === operation && (answer.status === 403 || answer.status === 404) && scenario.credential !== undefined,
  )
  if (first === undefined || refused.length === 0) return []
  const tier: Tier = refused.some(({ scenario }) => scenario.inferred === undefined) ? 'documented' : 'assumed'
  return [
    defect(material, operation, {
      operator: ROLE_IGNORED,
      target: '',
      tier,
      expected: ['invalid-accepted', 'refused-write-changed', 'flow', 'refusal-status'],
      create: () => async (call) => {
        const answer = await call.pretend()
        if (call.operation !== operation || (answer.status !== 403 && answer.status !== 404)) return call.forward()
        call.wrong()
        return call.forward({ ...call.request, headers: { ...call.request.headers, ...first.headers } })
      },
    }),
  ]
}

function tierFor({ api }: Material, operation: Operation): Tier {
  const response = operation.responses['401']
  const usage = pointerTo(operation.pointer, 'responses', '401')
  const schemes = operation.security.flat().flatMap((name) => api.securitySchemes[name] ?? [])
  const why =
    assumptionAt(api.document, usage) ?? (response && assumptionAt(api.document, `${response.pointer}/status`))
  return why === undefined && schemes.every(({ inferred }) => inferred === undefined) ? 'documented' : 'assumed'
}
