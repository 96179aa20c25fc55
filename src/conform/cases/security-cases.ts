import type { Operation, SecurityScheme } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { RequestCase } from '../case.ts'
import type { BaseRequest } from './body-cases.ts'
import type { Context } from '../context.ts'
import { isForm } from './draft.ts'
import { refusal, refusalStatuses, requestCase } from './request-case.ts'
import { whyStatus } from '../checks/why-status.ts'

/** No credentials, wrong ones, and the right ones by a wrong scheme. */
export function securityCases(context: Context, base: BaseRequest): RequestCase[] {
  const { operation } = base.draft
  const schemes = [...new Set(operation.security.flat())].flatMap((name) => {
    const scheme = context.api.securitySchemes[name]
    return scheme ? [{ name, scheme }] : []
  })
  const isOptional =
    operation.security.length === 0 || operation.security.some((alternative) => alternative.length === 0)
  const declared = refusalsOf(operation)
  // Of a document that declares both, only a person can tell which is meant.
  const statuses = context.api.strict ? declared.slice(0, 1) : declared
  if (schemes.length === 0 || statuses.length === 0) return []
  if (!isOptional && isOneOfSeveral(context, base)) return [withoutAny(context, base, statuses)]
  return [
    ...schemeInLowerCase(context, base, statuses),
    ...schemes.flatMap(({ name, scheme }) =>
      changesFor(context, base, scheme, isOptional).map((change) =>
        requestCase(context, {
          name: `security.${name} ${change.label}`,
          kind: 'security',
          draft: {
            ...base.draft,
            headers: { ...base.draft.headers, ...change.headers },
            extraQuery: base.draft.extraQuery,
          },
          expectation: refusal(statuses, 'credentials-ignored'),
          pointer: pointerTo(operation.pointer, 'security'),
          why:
            whySecurity(context, operation, scheme) ??
            (isOptional ? whyStatus(context, operation, statuses[0] as string) : undefined),
          given: base.given,
        }),
      ),
    ),
  ]
}

/** The declared refusals of who has no credentials; a document that declares all refusals in one means these, too. */
function refusalsOf({ responses }: Operation): string[] {
  const declared = ['401', '403'].filter((status) => status in responses)
  const isAnyDeclared = 'default' in responses || '4XX' in responses
  return declared.length > 0 || !isAnyDeclared ? declared : ['401', '403']
}

/** Where nobody knows a credential, what is wrong for one alternative may be right for another. */
function isOneOfSeveral({ api, target }: Context, { draft }: BaseRequest): boolean {
  const { security } = draft.operation
  const isPlain = security.length === 1 && security[0]?.length === 1
  return !api.strict && !isPlain && Object.keys(target.credentials).length === 0
}

function withoutAny(context: Context, base: BaseRequest, statuses: readonly string[]): RequestCase {
  const { operation, credential } = base.draft
  return requestCase(context, {
    name: 'security is missing',
    kind: 'security',
    draft: {
      ...base.draft,
      headers: { ...base.draft.headers, ...Object.fromEntries(Object.keys(credential).map((name) => [name, null])) },
      extraQuery: [],
    },
    expectation: refusal(statuses, 'credentials-ignored'),
    pointer: pointerTo(operation.pointer, 'security'),
    why: undefined,
    given: base.given,
  })
}

/**
 * Schemes are compared without regard to case (RFC 9110, section 11.1). A server that minds it breaks a rule of HTTP, but
 * nothing that the page or the spec says, so that either the body or the credentials may be what is refused.
 */
function schemeInLowerCase(context: Context, base: BaseRequest, statuses: readonly string[]): RequestCase[] {
  const { operation, credential, body, contentType } = base.draft
  const [, scheme, token] = /^(Bearer|Basic) (.+)$/.exec(credential['authorization'] ?? '') ?? []
  if (scheme === undefined || body.kind !== 'json' || isForm(contentType)) return []
  return [
    requestCase(context, {
      name: 'security scheme is in lower case, the body is cut off',
      kind: 'mutation',
      draft: {
        ...base.draft,
        headers: { ...base.draft.headers, authorization: `${scheme.toLowerCase()} ${token}` },
        body: { kind: 'raw', data: JSON.stringify(body.value).slice(0, -1) },
      },
      expectation: refusal([...refusalStatuses(operation), ...statuses]),
      pointer: pointerTo(operation.pointer, 'security'),
      why: 'that the case of a scheme does not matter follows from RFC 9110',
      given: base.given,
    }),
  ]
}

/** Where no credential is known, nobody can say that another one is wrong, either. */
function changesFor(
  context: Context,
  base: BaseRequest,
  scheme: SecurityScheme,
  isOptional: boolean,
): SecurityChange[] {
  const all = changes(scheme, base.draft.credential, isOptional)
  const isKnown = Object.keys(context.target.credentials).length > 0
  return isKnown ? all : all.filter(({ label }) => ['is missing', 'is empty', 'has another scheme'].includes(label))
}

interface SecurityChange {
  readonly label: string
  readonly headers: Readonly<Record<string, string | null>>
}

function changes(
  scheme: SecurityScheme,
  credential: Readonly<Record<string, string>>,
  isOptional: boolean,
): SecurityChange[] {
  if (scheme.kind === 'apiKey') {
    if (scheme.in === 'query') return []
    const header = scheme.name.toLowerCase()
    const lacking = isOptional || !(header in credential) ? [] : [{ label: 'is missing', headers: { [header]: null } }]
    const right = credential[header]
    return [
      ...lacking,
      ...lacking.map(() => ({ label: 'is empty', headers: { [header]: '' } })),
      { label: 'is unknown', headers: { [header]: 'understudy-unknown' } },
      ...(right === undefined ? [] : [{ label: 'has a letter more', headers: { [header]: `${right}x` } }]),
      ...shortened(right).map(([label, value]) => ({ label, headers: { [header]: value } })),
      ...inOtherCase(right).map((value) => ({ label: 'is in another case', headers: { [header]: value } })),
    ]
  }
  const right = credential['authorization']
  const token = right?.replace(/^\S+\s+/, '') ?? 'understudy-unknown'
  const word = scheme.scheme.slice(0, 1).toUpperCase() + scheme.scheme.slice(1)
  const lacking = isOptional || right === undefined ? [] : [{ label: 'is missing', headers: { authorization: null } }]
  return [
    ...lacking,
    { label: 'is unknown', headers: { authorization: `${word} understudy-unknown` } },
    ...(right === undefined ? [] : [{ label: 'has a letter more', headers: { authorization: `${right}x` } }]),
    ...shortened(right === undefined ? undefined : token).map(([label, value]) => ({
      label,
      headers: { authorization: `${word} ${value}` },
    })),
    ...inOtherCase(right === undefined ? undefined : token).map((value) => ({
      label: 'is in another case',
      headers: { authorization: `${word} ${value}` },
    })),
    ...unlike(word, token, isOptional),
  ]
}

/** A token or key means what it says letter by letter; one that is a text of another kind, such as JSON, is left alone. */
function inOtherCase(text: string | undefined): string[] {
  if (text === undefined || !/^[\w-]+$/.test(text)) return []
  return [text.toUpperCase(), text.toLowerCase()].filter((each) => each !== text).slice(0, 1)
}

/** A server that compares beginnings, or as many characters as its column has, takes a part for the whole. */
function shortened(text: string | undefined): (readonly [label: string, value: string])[] {
  if (text === undefined || !/^[\w-]{6,}$/.test(text)) return []
  return [
    ['lacks its last character', text.slice(0, -1)],
    ['is its first half', text.slice(0, text.length / 2)],
  ]
}

function unlike(word: string, token: string, isOptional: boolean): SecurityChange[] {
  const other = {
    label: 'has another scheme',
    headers: { authorization: `${word === 'Basic' ? 'Bearer' : 'Basic'} ${token}` },
  }
  // Where credentials may be left out, what is hardly one may be taken for none.
  if (isOptional) return [other]
  return [
    other,
    { label: 'has no scheme', headers: { authorization: token } },
    { label: 'is empty', headers: { authorization: `${word} ` } },
  ]
}

function whySecurity(context: Context, operation: Operation, scheme: SecurityScheme): string | undefined {
  const { document } = context.api
  const own = assumptionAt(document, pointerTo(operation.pointer, 'security'))
  return own ?? scheme.inferred ?? assumptionAt(document, '/security')
}
