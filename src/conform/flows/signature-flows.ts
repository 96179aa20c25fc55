import type { Signing as KnownSigning, SigningFault } from '../apis/knowledge.ts'
import { knowledgeOf } from '../apis/knowledge-of.ts'
import { createHmac } from 'node:crypto'
import type { Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import type { FlowCase } from '../case.ts'
import type { CheckId } from '../check.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Exchanged, OutgoingRequest } from '../transport/transport.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import type { Context } from '../context.ts'
import { requestOf, type Draft } from '../cases/draft.ts'
import { flowCase, seen, statusOf, type FlowContext } from './flow-case.ts'

/** A scheme that signs requests, with what signs them here. */
interface Signing extends KnownSigning {
  readonly header: string
  readonly appKey: string
  readonly secret: string
}

/** A signature and what is to become of it; without a fault it is a right one. */
interface Probe {
  readonly label: string
  readonly headers: readonly string[]
  readonly fault?: SigningFault
  /** What stands behind the path. */
  readonly query?: string
}

/**
 * Signatures that are right and signatures that have one fault, with the clock of the server's own answers. The bodies can't
 * be read, so that a right signature is told from a wrong one by the refusal, and nothing changes.
 */
export function signatureFlows(context: Context, { draft }: BaseRequest): FlowCase[] {
  const { operation } = draft
  return [...new Set(operation.security.flat())].flatMap((name) => {
    const pointer = pointerTo('/components/securitySchemes', name)
    const signing = signingAt(context, pointer)
    if (!signing || draft.body.kind !== 'json') return []
    return flowCase(context, {
      name: `security.${name} is signed`,
      kind: 'state',
      operation,
      pointer,
      why: assumptionAt(context.api.document, pointer),
      checks: ['credentials-ignored', 'valid-refused', 'refusal-status'],
      changesNothing: true,
      play: (flow) => play(flow, unreadable(draft), signing),
    })
  })
}

function signingAt({ api, seed, target }: Context, pointer: string): Signing | undefined {
  const scheme = valueAt(api.document, pointer)
  const known = knowledgeOf(api).signings?.[pointer]
  const row = known && seed.credentials.find(({ id }) => id === known.credential)
  // The secret of somebody's real application is not ours to know.
  if (!isObject(scheme) || known === undefined || row === undefined || target.described) return undefined
  return {
    ...known,
    header: String(scheme['name']),
    appKey: String(row['appKey']),
    secret: String(row['appSecret']),
  }
}

interface Unreadable {
  readonly operation: Operation
  readonly request: OutgoingRequest
}

function unreadable(draft: Draft): Unreadable {
  const data = draft.body.kind === 'json' ? JSON.stringify(draft.body.value).slice(0, -1) : ''
  return { operation: draft.operation, request: requestOf({ ...draft, body: { kind: 'raw', data }, extraQuery: [] }) }
}

async function play(flow: FlowContext, { request, operation }: Unreadable, signing: Signing): Promise<void> {
  const unsigned = await flow.send(request, operation)
  const nowMs = unsigned.outcome.kind === 'answer' ? Date.parse(unsigned.outcome.headers['date'] ?? '') : Number.NaN
  if (Number.isNaN(nowMs)) flow.notReached('the server does not tell the time in a Date header')
  for (const probe of probesFor(signing, unsigned, nowMs)) {
    const headers = probe.headers.map((value) => [signing.header, value] as const)
    const signed = { ...request, path: request.path + (probe.query ?? ''), headers: [...request.headers, ...headers] }
    judge(flow, signing, probe, { unsigned, answer: await flow.send(signed, operation) })
  }
}

function judge(
  flow: FlowContext,
  { codeMember, codes }: Signing,
  { label, fault }: Probe,
  { unsigned, answer }: { readonly unsigned: Exchanged; readonly answer: Exchanged },
): void {
  const fail = (check: CheckId, message: string, expected: string): void =>
    flow.fail(check, message, { expected, got: seen(answer), last: answer })
  const isWelcome = statusOf(answer) === statusOf(unsigned)
  if (fault === undefined) {
    if (!isWelcome) fail('valid-refused', `a request ${label} is refused`, seen(unsigned))
    return
  }
  if (isWelcome) return fail('credentials-ignored', `a request ${label} is taken for a signed one`, '401')
  if (statusOf(answer) !== 401)
    return fail('refusal-status', `a request ${label} is refused with another status`, '401')
  const body = jsonOf(answer)
  const code = isObject(body) ? body[codeMember] : undefined
  if (code !== codes[fault]) {
    fail('refusal-status', `a request ${label} is refused for another reason`, `${codeMember} ${codes[fault]}`)
  }
}

/** What a signature says; what is `undefined` is left out of it. */
interface Claim {
  readonly key?: unknown
  readonly time?: unknown
  readonly token?: unknown
}

function probesFor(signing: Signing, unsigned: Exchanged, nowMs: number): Probe[] {
  const { method, url } = unsigned.sent
  const key = Number(signing.appKey)
  const write = (claim: Claim): string => {
    const { members } = signing
    return JSON.stringify({ [members.key]: claim.key, [members.time]: claim.time, [members.token]: claim.token })
  }
  const tokenOf = (parts: { key?: unknown; method?: string; url?: string; time?: unknown; secret?: string }): string =>
    createHmac('sha256', parts.secret ?? signing.secret)
      .update(`${String(parts.key ?? key)}${parts.method ?? method}${parts.url ?? url}${String(parts.time ?? now)}`)
      .digest('base64')
  const at = (minutes: number): string => timeText(nowMs + minutes * 60_000)
  const now = at(0)
  const signed = (claim: Claim = {}): string =>
    write({ key, time: now, token: tokenOf({ key: claim.key, time: claim.time }), ...claim })
  const right = tokenOf({})
  const near = signing.minutes - 1
  const far = signing.minutes + 1
  const query = '?understudy=a%20b%2Fc'
  const one = (label: string, header: string, fault?: SigningFault): Probe => ({
    label,
    headers: [header],
    ...(fault !== undefined && { fault }),
  })
  return [
    one('that is signed', signed()),
    one('that is signed with its key as a string', signed({ key: signing.appKey })),
    one('that was signed almost too long ago', signed({ time: at(-near) })),
    one('that is signed for almost too late', signed({ time: at(near) })),
    { ...one('that is signed with its query', write({ key, time: now, token: tokenOf({ url: url + query }) })), query },
    { label: 'that is signed twice', headers: [signed(), signed()], fault: 'repeated' },
    one('whose signature is no JSON', 'understudy', 'malformed'),
    one('whose signature is an array', `[${signed()}]`, 'malformed'),
    one('whose signature is null', 'null', 'malformed'),
    one('whose signature has no key', signed({ key: undefined }), 'key'),
    one('whose signature has a word as its key', signed({ key: 'understudy' }), 'key'),
    one('whose signature has neither key nor time', signed({ key: undefined, time: undefined }), 'key'),
    one('whose signature has no time', signed({ time: undefined }), 'time'),
    one('whose signature has a word as its time', signed({ time: 'now' }), 'time'),
    one(
      'whose signature has a time with a 13th month',
      signed({ time: `${now.slice(0, 4)}13${now.slice(6)}` }),
      'time',
    ),
    one('whose signature has a time on 30 February', signed({ time: `${now.slice(0, 4)}0230${now.slice(8)}` }), 'time'),
    one('that was signed too long ago', signed({ time: at(-far) }), 'age'),
    one('that is signed for too late', signed({ time: at(far) }), 'age'),
    one('that was signed too long ago by an unknown key', signed({ key: key + 1, time: at(-far) }), 'age'),
    one('that is signed by an unknown key', signed({ key: key + 1 }), 'unknownKey'),
    one('whose signature has no token', signed({ token: undefined }), 'noToken'),
    one('whose signature has a word as its token', signed({ token: 'understudy' }), 'token'),
    one('whose token is in lower case', signed({ token: right.toLowerCase() }), 'token'),
    one('whose token is that of another secret', signed({ token: tokenOf({ secret: `${signing.secret}x` }) }), 'token'),
    one('whose token is that of another method', signed({ token: tokenOf({ method: 'GET' }) }), 'token'),
    one('whose token is that of another address', signed({ token: tokenOf({ url: `${url}x` }) }), 'token'),
    one('whose token is that of another time', signed({ token: tokenOf({ time: at(-1) }) }), 'token'),
    { ...one('whose token is that of the address without its query', signed(), 'token'), query },
  ]
}

/** `yyyyMMddHHmmss` in UTC. */
function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)
}
