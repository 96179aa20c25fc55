import { inferredAt } from '../../spec/inferred.ts'
import type { HeaderSpec, MediaTypeSpec, Operation, Pointer, ResponseSpec } from '../../spec/api.ts'
import type { SchemaError } from '../../spec/judge.ts'
import { pointerTo } from '../../spec/pointer.ts'
import type { Context } from '../cases/context.ts'
import type { CheckId, Failure } from '../check.ts'
import type { Answer, Exchanged, OutgoingRequest } from '../transport.ts'
import { failure, seen, type FailureParts } from './failure.ts'
import { headerEchoDifferences } from './header-echo.ts'

export interface AnswerSubject {
  readonly caseId: string
  /** `undefined` where routing is to refuse the request. */
  readonly operation: Operation | undefined
}

/** The checks that every answer has to pass, also the answer to a request that is wrong on purpose. */
export function checkAnswer(context: Context, subject: AnswerSubject, exchanged: Exchanged): Failure[] {
  const { outcome, sent } = exchanged
  const pointer = subject.operation?.pointer ?? '/paths'
  const fail = (parts: Omit<FailureParts, 'operation' | 'caseId' | 'exchanges' | 'got'> & { got?: string }): Failure =>
    failure(context, {
      got: seen(exchanged),
      ...parts,
      operation: subject.operation,
      caseId: subject.caseId,
      exchanges: [exchanged],
    })
  if (outcome.kind === 'no-answer') {
    return [
      fail({
        check: 'no-answer',
        pointer,
        message: `the request is not answered (${outcome.code})`,
        expected: 'an answer',
        why: undefined,
      }),
    ]
  }
  const leaks = leakIn(outcome.text, sent)
  const leak =
    leaks === undefined
      ? []
      : [
          fail({
            check: 'internal-leak',
            pointer,
            message: `the answer shows ${leaks}`,
            expected: 'nothing of the inside of the server',
            why: undefined,
          }),
        ]
  if (outcome.status >= 500) {
    return [
      fail({
        check: 'server-error',
        pointer,
        message: `answered with ${outcome.status}`,
        expected: 'no 5xx',
        why: undefined,
      }),
      ...leak,
    ]
  }
  if (sent.method === 'OPTIONS') return leak
  const declared = responseFor(context, subject.operation, outcome.status, sent.method)
  if (!declared) {
    if (!subject.operation) return leak
    return [
      fail({
        check: 'status-undeclared',
        pointer: pointerTo(subject.operation.pointer, 'responses'),
        message: `answered with ${outcome.status}, which the operation does not declare`,
        expected: Object.keys(subject.operation.responses).join(', '),
        why: whyStatuses(context, subject.operation),
      }),
      ...leak,
    ]
  }
  const place: Place = { context, subject, exchanged, answer: outcome, ...declared }
  return [...checkHeaders(place), ...checkBody(place), ...leak]
}

/** The body of an answer as JSON, `undefined` when there is none or it is something else. */
export function jsonOf(exchanged: Exchanged): unknown {
  if (exchanged.outcome.kind !== 'answer' || exchanged.outcome.text === '') return undefined
  try {
    return JSON.parse(exchanged.outcome.text)
  } catch {
    return undefined
  }
}

interface Place {
  readonly context: Context
  readonly subject: AnswerSubject
  readonly exchanged: Exchanged
  readonly answer: Answer
  readonly spec: ResponseSpec
  /** Where the operation names the response, before any reference. */
  readonly usage: Pointer
}

function responseFor(
  context: Context,
  operation: Operation | undefined,
  status: number,
  method: string,
): { spec: ResponseSpec; usage: Pointer } | undefined {
  const { unroutable } = context.api
  const shared = status === 404 ? unroutable.notFound : status === 405 ? unroutable.methodNotAllowed : undefined
  if (!operation) return shared && { spec: shared, usage: shared.pointer }
  const key = [String(status), `${String(status)[0]}XX`, `${String(status)[0]}xx`, 'default'].find(
    (each) => each in operation.responses,
  )
  if (key !== undefined)
    return { spec: operation.responses[key] as ResponseSpec, usage: pointerTo(operation.pointer, 'responses', key) }
  return method !== operation.method && shared ? { spec: shared, usage: shared.pointer } : undefined
}

/** That an operation has no other status is documented as far as any of its statuses is. */
function whyStatuses(context: Context, operation: Operation): string | undefined {
  const { document } = context.api
  const reasons = Object.entries(operation.responses).map(([status, spec]) => {
    const usage = pointerTo(operation.pointer, 'responses', status)
    return inferredAt(document, `${usage}/status`) ?? inferredAt(document, `${spec.pointer}/status`)
  })
  return reasons.includes(undefined) ? undefined : reasons[0]
}

function whyOf(place: Place, below: string): string | undefined {
  const { document } = place.context.api
  return inferredAt(document, `${place.usage}${below}`) ?? inferredAt(document, `${place.spec.pointer}${below}`)
}

function checkHeaders(place: Place): Failure[] {
  return Object.entries(place.spec.headers).flatMap(([name, header]) => {
    const value = place.answer.headers[name]
    // A HEAD may leave out what only describes the content (RFC 9110, section 9.3.2).
    if (value === undefined)
      return header.required && place.exchanged.sent.method !== 'HEAD' ? [missingHeader(place, name, header)] : []
    return headerErrors(place, name, header, value)
  })
}

function missingHeader(place: Place, name: string, header: HeaderSpec): Failure {
  const { document } = place.context.api
  return fail(place, {
    check: 'header-missing',
    pointer: header.pointer,
    message: `${place.answer.status} lacks the header ${name}`,
    expected: `a header ${name}`,
    why: whyOf(place, '') ?? header.inferred ?? inferredAt(document, `${header.pointer}/required`),
  })
}

function headerErrors(place: Place, name: string, header: HeaderSpec, text: string): Failure[] {
  const { type } = header.schema
  const value: unknown = (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  const [error] = header.judge(value)
  if (!error) return []
  return [
    fail(place, {
      check: 'header-invalid',
      pointer: error.pointer,
      message: `the header ${name} ${error.message}`,
      expected: explain(error),
      got: `${name}: ${text}`,
      why: whyOf(place, '') ?? header.inferred ?? place.context.schemas.whyOf(`${header.pointer}/schema`, value, error),
    }),
  ]
}

function checkBody(place: Place): Failure[] {
  const { answer, exchanged, spec } = place
  const isHead = exchanged.sent.method === 'HEAD'
  const mustBeEmpty = isHead || answer.status === 204 || answer.status === 304
  const hasContent = Object.keys(spec.content).length > 0
  // HTTP clients skip the body of a 204, so that only its announced length shows that there is one.
  const announced = answer.status === 204 && Number(answer.headers['content-length'] ?? 0) > 0
  if (answer.body.length === 0 && !announced) {
    if (mustBeEmpty || !hasContent) return []
    return [
      fail(place, {
        check: 'body-unparseable',
        pointer: spec.pointer,
        message: `${answer.status} has no body`,
        expected: 'a body',
        why: whyOf(place, '/content'),
      }),
    ]
  }
  if (mustBeEmpty || !hasContent) {
    return [
      fail(place, {
        check: 'body-forbidden',
        pointer: spec.pointer,
        message: `${answer.status} has a body`,
        expected: 'no body',
        why: whyOf(place, '/content'),
      }),
    ]
  }
  const type = (answer.headers['content-type'] ?? '').toLowerCase().replace(/\s*;.*/, '')
  const media = spec.content[type] ?? spec.content[`${type.split('/')[0]}/*`] ?? spec.content['*/*']
  if (!media) {
    const message =
      type === ''
        ? `${answer.status} has a body without a content type`
        : `${answer.status} has the content type ${type}`
    return [
      fail(place, {
        check: 'content-type',
        pointer: pointerTo(spec.pointer, 'content'),
        message,
        expected: Object.keys(spec.content).join(' or '),
        why: whyOf(place, '/content'),
      }),
    ]
  }
  return checkContent(place, media)
}

function checkContent(place: Place, media: MediaTypeSpec): Failure[] {
  const below = media.pointer.slice(place.spec.pointer.length)
  const whyMedia = inferredAt(place.context.api.document, place.usage) ?? whyOf(place, below)
  const parsed = parse(place.answer.body)
  if ('error' in parsed) {
    return [
      fail(place, {
        check: 'body-unparseable',
        pointer: media.pointer,
        message: `the body of ${place.answer.status} is not JSON`,
        expected: `JSON (${parsed.error})`,
        why: whyMedia,
      }),
    ]
  }
  const schema = pointerTo(media.pointer, 'schema')
  const errors = media.judge(parsed.value).map((error) =>
    fail(place, {
      check: checkOf(error, place.answer.status),
      pointer: memberPointer(error),
      message: `${place.answer.status}: ${placeName(error.at)} ${error.message}${detail(error)}`,
      expected: explain(error),
      why: whyMedia ?? place.context.schemas.whyOf(schema, parsed.value, error),
    }),
  )
  return [...errors, ...checkHeaderEcho(place, { schema, value: parsed.value }, whyMedia)]
}

function checkHeaderEcho(
  place: Place,
  body: { readonly schema: Pointer; readonly value: unknown },
  whyMedia: string | undefined,
): Failure[] {
  const { operation } = place.subject
  if (!operation) return []
  return headerEchoDifferences(place.context, operation, place.exchanged.sent, body).map(
    ({ name, pointer, sent, got, why }) =>
      fail(place, {
        check: 'echo',
        pointer,
        message: `${place.answer.status}: ${name} ${sent === undefined ? 'is there, though the request has no such header' : 'is not the one of the request'}`,
        expected: `${name}: ${sent ?? 'nothing'}`,
        got: `${name}: ${String(got)}`,
        why: whyMedia ?? why,
      }),
  )
}

function parse(body: Uint8Array): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)) as unknown }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

function checkOf(error: SchemaError, status: number): CheckId {
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties')
    return 'undeclared-property'
  return status >= 400 ? 'error-shape' : 'body-schema'
}

function memberPointer(error: SchemaError): Pointer {
  const { missingProperty } = error.params
  return error.keyword === 'required' && typeof missingProperty === 'string'
    ? pointerTo(error.pointer, missingProperty)
    : error.pointer
}

/** Where in a body, with `*` for the numbers of items: the same mistake in each item is one finding. */
function placeName(at: string): string {
  return at === '' ? 'the body' : at.replaceAll(/\/\d+(?=\/|$)/g, '/*')
}

function detail(error: SchemaError): string {
  const { additionalProperty, unevaluatedProperty, allowedValues } = error.params
  const member = additionalProperty ?? unevaluatedProperty
  if (member !== undefined) return ` (${String(member)})`
  return Array.isArray(allowedValues) && allowedValues.length <= 8 ? ` (${allowedValues.join(', ')})` : ''
}

function explain(error: SchemaError): string {
  return `${placeName(error.at)} ${error.message}${detail(error)}`
}

function fail(
  place: Place,
  parts: Omit<FailureParts, 'operation' | 'caseId' | 'exchanges' | 'got'> & { got?: string },
): Failure {
  return failure(place.context, {
    got: seen(place.exchanged),
    ...parts,
    operation: place.subject.operation,
    caseId: place.subject.caseId,
    exchanges: [place.exchanged],
  })
}

const leaks: readonly (readonly [RegExp, string])[] = [
  [/\bat (?:async )?(?:[^\s"]+ \()?[^\s"()]*(?:\.[cm]?[jt]sx?|\bnode:[\w/]+):\d+:\d+/, 'a stack trace'],
  [/\bat [\w.$<>]+\([\w]+\.java:\d+\)/, 'a stack trace'],
  [/Traceback \(most recent call last\)/, 'a stack trace'],
  [
    /\b(?:\/(?:home|root|usr|var|opt|srv|app|work|tmp)\/[\w./-]+\.(?:[cm]?[jt]s|py|rb|php|java|go))\b/,
    'a path of the machine',
  ],
  [/[A-Z]:\\[\w\\. -]+\.(?:cs|dll|js|ts)\b/, 'a path of the machine'],
  [/\bnode_modules\b/, 'a path of the machine'],
  [/\b(?:SELECT|INSERT|UPDATE|DELETE)\b[^"]{1,200}\b(?:FROM|INTO|SET|WHERE)\b[^"]*\bsyntax\b/i, 'a database statement'],
]

/** What was sent may come back: it shows nothing of the server. */
function leakIn(text: string, { path, body }: OutgoingRequest): string | undefined {
  if (text.length > 1_000_000) return undefined
  const sent = typeof body === 'string' ? `${path} ${body}` : path
  const leak = leaks.find(([pattern]) => {
    const [shown] = pattern.exec(text) ?? []
    return shown !== undefined && !sent.includes(shown)
  })
  return leak?.[1]
}
