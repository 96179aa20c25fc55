import type { Operation } from '../../../openapi/api.ts'
import { scenariosOf } from '../../../openapi/scenario.ts'
import type { RequestCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import { lacksRequired } from '../lacks-required.ts'
import { preferring, refusal, refusalStatuses, requestCase } from '../request-case.ts'
import { answerOf } from '../scenario-cases.ts'

const NOT_SAID = 'how a body that cannot be read is refused follows from HTTP, not from the page'
const NOT_SAID_OF_TYPES = 'that a content type may have a charset, and any case, follows from RFC 9110'

/** Bodies that are no JSON, among them those that lenient parsers let through. `text` is a body that is right. */
export function unreadableCases(context: Context, base: BaseRequest, text: string): RequestCase[] {
  const { contentType = '', operation } = base.draft
  const words = wordsForUnreadable(context, operation)
  const inWords = (each: RequestCase): RequestCase =>
    each.expectation.kind === 'refusal' ? { ...each, expectation: { ...each.expectation, ...words } } : each
  // Nothing at all says nothing of what is required.
  const isLacking = lacksRequired(context, base.draft, {})
  const lacking = (each: RequestCase): RequestCase =>
    each.expectation.kind === 'refusal'
      ? { ...each, expectation: { ...each.expectation, lacksRequired: isLacking } }
      : each
  const cutOff = text.slice(0, -1)
  const broken = [
    sent(context, base, 'body is cut off and names its charset', cutOff, `${contentType}; charset=utf-8`),
    ...brokenTexts(text).map(([name, data]) => sent(context, base, name, data)),
  ].filter(({ request }) => request.body !== text && !isJsonText(request.body))
  const empty = operation.requestBody?.required
    ? [sent(context, base, 'body is empty', ''), sent(context, base, 'body is white space', '  \n')].map(lacking)
    : []
  const inCapitals = sent(
    context,
    base,
    'body is cut off and has its type in capitals',
    cutOff,
    contentType.toUpperCase(),
  )
  return [
    ...[...broken, ...empty].map(inWords),
    // A server that minds the case of types breaks a rule of HTTP, but nothing that the page or the spec says.
    { ...inCapitals, expectation: refusal([...refusalStatuses(operation), ...preferring(operation, '415')]) },
    notUtf8(context, base, text),
  ]
}

function brokenTexts(text: string): (readonly [name: string, data: string | Uint8Array])[] {
  return [
    ['body is cut off', text.slice(0, -1)],
    ['body has a trailing comma', `${text.slice(0, -1)},${text.slice(-1)}`],
    ['body has a comment', `${text.slice(0, 1)}/* understudy */${text.slice(1)}`],
    ['body has unquoted names', text.replace(/"(\w+)":/, '$1:')],
    ['body has bare words', text.replaceAll(/:"([A-Za-z_]\w*)"/g, ':$1')],
    ['body lacks its commas', text.replaceAll('","', '"\n"')],
    ['body has single quotes', text.replaceAll('"', "'")],
    ['body is a word', 'understudy'],
    ['body has more behind it', `${text}${text}`],
    ['body is UTF-16', Buffer.from(text, 'utf16le')],
  ]
}

function sent(
  context: Context,
  { draft, given }: BaseRequest,
  name: string,
  data: string | Uint8Array,
  contentType = draft.contentType,
): RequestCase {
  const { operation } = draft
  return requestCase(context, {
    name,
    kind: 'mutation',
    draft: { ...draft, contentType, body: { kind: 'raw', data } },
    expectation: refusal(refusalStatuses(operation)),
    pointer: operation.requestBody?.pointer ?? operation.pointer,
    why: contentType === draft.contentType ? NOT_SAID : NOT_SAID_OF_TYPES,
    given,
  })
}

/** Many a server replaces the bytes that are no UTF-8, and no page says that it must not: it has to answer, no more. */
function notUtf8(context: Context, base: BaseRequest, text: string): RequestCase {
  const [head, tail] = [`${text.slice(0, -1)},"understudy":"`, '"}']
  const bytes = Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from(tail)])
  return {
    ...sent(context, base, 'body is not UTF-8', bytes),
    checks: [],
    expectation: { kind: 'any' },
    changesNothing: false,
  }
}

/** What the spec has a scenario say to a body that is not JSON holds for every such body. */
function wordsForUnreadable(context: Context, operation: Operation): ReturnType<typeof answerOf> {
  const scenario = scenariosOf(context.api, operation).find(
    ({ rawBody, contentType, answer }) => rawBody !== undefined && contentType === undefined && answer !== undefined,
  )
  return scenario ? answerOf(context.api, operation, scenario) : {}
}

/** Taking quotes or names away may leave a body that is JSON by chance. */
function isJsonText(body: string | Uint8Array | undefined): boolean {
  if (typeof body !== 'string') return false
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}
