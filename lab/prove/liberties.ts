import { isObject } from '../../src/openapi/pointer.ts'
import {
  answeringItself,
  changingAnswers,
  isRefusal,
  isSuccess,
  jsonIn,
  withHeaders,
  withJson,
  type Behaviour,
  type ProxyAnswer,
  type ProxyRequest,
} from '../../src/prove/call.ts'
import { refusalsOf, type Material } from '../../src/prove/samples.ts'
import type { CorrectVariant } from './variants.ts'

const every = ['regit', 'polis', 'cloud-payments', 'digitalchalk', 'dialogportal']

/** APIs whose pages show no error. */
const openErrors = ['regit', 'polis', 'cloud-payments']

/**
 * What a correct server may do otherwise where a page leaves it open: the suite may tell of it as a note, and must not call it
 * a failure. Each is heard with a control plane and without.
 */
export const liberties: readonly CorrectVariant[] = [
  liberty('errors as problem details', openErrors, () => changingAnswers(asProblem)),
  liberty('times with microseconds and an offset', ['polis'], () => changingAnswers(withMicroseconds)),
  liberty('sub codes that are numbers', ['dialogportal'], () => changingAnswers(withNumericSubCode)),
  liberty('errors without a body', openErrors, () => changingAnswers(withoutBody)),
  liberty('errors with status 200', ['regit', 'cloud-payments'], () => changingAnswers(withStatus200)),
  liberty('a property more in each envelope', every, () => changingAnswers(withMore)),
  liberty('null for a contact that was not sent', ['cloud-payments'], () => changingAnswers(withNullContact)),
  liberty('times without milliseconds', ['polis'], () => changingAnswers(withoutMilliseconds)),
  liberty('texts above 255 characters refused', every, (material) => refusingTexts(material, isLong)),
  liberty('preferred languages from a list', ['cloud-payments'], (material) => refusingTexts(material, isRareLanguage)),
  liberty('campaigns looked up', ['polis'], (material) => refusingTexts(material, isUnknownCampaign)),
  liberty('reasons from a list', ['cloud-payments'], (material) => refusingTexts(material, isOtherReason)),
  liberty('a rate that is limited now and then', ['digitalchalk'], limited),
].flat()

function liberty(
  name: string,
  apis: readonly string[],
  create: (material: Material) => Behaviour,
): readonly CorrectVariant[] {
  const variant = { name, apis, create, mayBeNoted: true } as const
  return [variant, { ...variant, name: `${name}, and nothing can be set back`, hidden: true }]
}

function asProblem(answer: ProxyAnswer): ProxyAnswer | undefined {
  if (!isRefusal(answer) || answer.body.byteLength === 0) return undefined
  const problem = { type: 'about:blank', title: 'The request was refused', status: answer.status }
  return withHeaders(withJson(answer, problem), { 'content-type': 'application/problem+json' })
}

function withoutBody(answer: ProxyAnswer): ProxyAnswer | undefined {
  if (!isRefusal(answer) || answer.body.byteLength === 0) return undefined
  return withHeaders({ ...answer, body: Buffer.alloc(0) }, { 'content-type': null })
}

/** Credentials, routing and media types are HTTP's own business. */
function withStatus200(answer: ProxyAnswer): ProxyAnswer | undefined {
  return [400, 403, 404, 409].includes(answer.status) && jsonIn(answer) !== undefined
    ? { ...answer, status: 200 }
    : undefined
}

function withMore(answer: ProxyAnswer): ProxyAnswer | undefined {
  const body = jsonIn(answer)
  return isSuccess(answer) && isObject(body) ? withJson(answer, { ...body, requestId: '42' }) : undefined
}

function withNullContact(answer: ProxyAnswer): ProxyAnswer | undefined {
  const body = jsonIn(answer)
  if (!isSuccess(answer) || !isObject(body)) return undefined
  const filled = Object.entries(body).map(([root, value]) => [
    root,
    isObject(value) && 'uuid' in value ? { userContact: null, contactType: null, ...value } : value,
  ])
  return withJson(answer, Object.fromEntries(filled))
}

function withoutMilliseconds(answer: ProxyAnswer): ProxyAnswer | undefined {
  if (!isSuccess(answer) || jsonIn(answer) === undefined) return undefined
  const text = answer.body.toString().replaceAll(/("(?:created|modified)":"[^".]+)\.\d+Z"/g, '$1Z"')
  return { ...answer, body: Buffer.from(text) }
}

function withMicroseconds(answer: ProxyAnswer): ProxyAnswer | undefined {
  if (!isSuccess(answer) || jsonIn(answer) === undefined) return undefined
  const text = answer.body.toString().replaceAll(/("(?:created|modified)":"[^"]+\.\d{3})Z"/g, '$1000+00:00"')
  return { ...answer, body: Buffer.from(text) }
}

function withNumericSubCode(answer: ProxyAnswer): ProxyAnswer | undefined {
  const body = jsonIn(answer)
  if (!isObject(body) || !('subCode' in body)) return undefined
  return withJson(answer, { ...body, subCode: Number(body['subCode']) })
}

/** Answers a request with some text in it like one that breaks the schema. */
function refusingTexts(material: Material, isRefused: (name: string, text: string) => boolean): Behaviour {
  return answeringItself(({ request, operation }) => {
    const refusal = operation && refusalsOf(material, operation).find(({ answer }) => answer.status === 400)
    return refusal !== undefined && textsIn(request).some(([name, text]) => isRefused(name, text))
      ? refusal.answer
      : undefined
  })
}

function textsIn(request: ProxyRequest): readonly (readonly [string, string])[] {
  const texts: (readonly [string, string])[] = []
  const walk = (name: string, value: unknown): void => {
    if (typeof value === 'string') texts.push([name, value])
    else if (Array.isArray(value)) for (const each of value) walk(name, each)
    else if (isObject(value)) for (const [key, each] of Object.entries(value)) walk(key, each)
  }
  walk('', jsonIn(request))
  return texts
}

function isLong(_: string, text: string): boolean {
  return text.length > 255
}

function isRareLanguage(name: string, text: string): boolean {
  return name === 'preferredLanguage' && /^..$/u.test(text) && !['EN', 'ES', 'FR', 'DE'].includes(text.toUpperCase())
}

function isUnknownCampaign(name: string, text: string): boolean {
  return name === 'campaignId' && /^[\da-f-]{36}$/i.test(text) && text !== '61fbfbaa-5de8-4d17-ac2b-c47f2376265a'
}

function isOtherReason(name: string, text: string): boolean {
  return name === 'reason' && text !== 'de-register user'
}

const EACH = 50

function limited(): Behaviour {
  let count = 0
  return answeringItself(() => {
    count++
    return count % EACH === 0 ? { status: 429, headers: { 'retry-after': '0' }, body: Buffer.alloc(0) } : undefined
  })
}
