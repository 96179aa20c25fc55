import type { Defects } from './defects.ts'
import { accountProblem, decoded } from './dialogportal-account.ts'
import { contractRefused, json, notFound, refused, registered } from './dialogportal-answers.ts'
import { schemaProblem } from './dialogportal-body.ts'
import type { Call, State, Target, Transaction } from './dialogportal-call.ts'
import { contractProblem, groupOf, typeOf } from './dialogportal-rules.ts'
import { signatureProblem } from './dialogportal-signature.ts'
import type { HttpRequest, HttpResponse, IndependentApi } from './http.ts'
import { Crash, type Has, type Methods, objectOf, readJson, route } from './protocol.ts'

const FIRST_ID = 12478636

/** Endpoint 5001 of dialogportal, from the text alone. */
export function createDialogportal(defects: Defects): IndependentApi {
  const has: Has = (name) => defects.has(`dialogportal/${name}`)
  const state: State = { next: FIRST_ID, count: 0 }
  const answer = async (request: HttpRequest): Promise<HttpResponse | undefined> => {
    if (!/^\/(entity|v1)(\/|$)/.test(request.path)) return undefined
    const target = targetOf(request.path, has)
    const methods: Methods | undefined = target && methodsOf({ request, has, state, target })
    return route({ request, methods, refuse: (refusal) => refused(refusal, has), has })
  }
  const reset = (): void => {
    state.next = FIRST_ID
    state.count = 0
    state.text = undefined
  }
  return Object.assign(answer, { reset })
}

function methodsOf(call: Call): Methods {
  const list = call.has('list/served') ? { GET: () => json(200, { transactions: [] }) } : {}
  return { POST: () => registerTransaction(call), ...list }
}

function targetOf(path: string, has: Has): Target | undefined {
  const below = has('paths/v1-unknown') ? path : path.replace(/^\/v1(?=\/)/, '')
  if (has('paths/bare-unknown') && !path.startsWith('/v1/')) return undefined
  const plain = has('protocol/trailing-slash-accepted') ? below.replace(/\/$/, '') : below
  const cut = has('paths/anything-below') ? plain.replace(/(\/transactions\/[^/]+)\/.*$/, '$1') : plain
  const known = has('protocol/path-any-case')
    ? cut.replace(/^\/entity\/(id|ext-key)|\/transactions\//gi, (part) => part.toLowerCase())
    : cut
  const byId = /^\/entity\/id\/([^/]+)\/transactions\/([^/]+)$/.exec(known)
  if (byId) return { account: { entityId: byId[1] ?? '' }, groupId: byId[2] ?? '' }
  const byKey = /^\/entity\/ext-key\/([^/]+)\/([^/]+)\/transactions\/([^/]+)$/.exec(known)
  if (!byKey || has('paths/external-unknown')) return undefined
  return { account: { key: byKey[1] ?? '', type: byKey[2] ?? '' }, groupId: byKey[3] ?? '' }
}

function registerTransaction(call: Call): HttpResponse {
  const { request, has } = call
  if (has('paths/v1-crashes') && request.path.startsWith('/v1/')) throw new Crash(new Error('no route'))
  const unsigned = signatureProblem(request, has)
  if (unsigned) {
    const status = has('signature/bad-is-403') ? 403 : has('signature/bad-is-400') ? 400 : 401
    return refused({ status, message: unsigned.text, subCode: unsigned.subCode }, has)
  }
  const read = readJson(request, has)
  if ('refusal' in read) return refused(read.refusal, has)
  const body = objectOf(read.value, has)
  const problem = body ? schemaProblem(body, has) : 'the body is no object'
  if (!body || problem !== undefined) {
    if (has('register/refused-but-counted')) call.state.next += 1
    return refused({ status: has('register/invalid-is-422') ? 422 : 400, message: `Invalid data: ${problem}` }, has)
  }
  return decide(call, body)
}

/** The rules after the schema, in the order the text gives them. */
function decide(call: Call, body: Transaction): HttpResponse {
  const { has, target } = call
  const missing = accountProblem(target.account, has)
  const below = call.request.path.startsWith('/v1/')
  if (missing !== undefined && !has('register/any-account')) return notFound(missing, has)
  const groupId = decoded(target.groupId, has) ?? ''
  const group = groupOf(groupId, has)
  if (!group && has('register/group-of-other-form-is-400') && !/^\d+$/.test(groupId))
    return contractRefused('group', has)
  if (!group && !has('register/any-group')) return notFound('404.4', has)
  const typeId = Number(body['transactionTypeID'])
  if (typeId < 0 && has('register/negative-type-crashes')) throw new Crash(new Error('out of range'))
  if (typeId > 2 ** 31 && has('register/huge-type-crashes')) throw new Crash(new Error('out of range'))
  const type = typeOf(group?.types, typeId, has)
  const isTaken = has('register/any-type') || (typeId === 0 && has('register/type-zero-accepted'))
  if (!type && !isTaken) return notFound('404.5', has)
  const problem = below && has('contract/unchecked-below-v1') ? undefined : contractProblem(body, type, has)
  if (problem !== undefined) return contractRefused(problem, has)
  return registered(call, body, { groupName: group?.name ?? 'SomeGroupName', typeName: type?.name ?? 'SomeTypeName' })
}
