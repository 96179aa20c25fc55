import type { TransactionGroup, TransactionType } from './dialogportal-contract.ts'
import type { Defects } from './defects.ts'
import type { HttpRequest, HttpResponse, IndependentApi } from './http.ts'
import type { Has, Methods, Refusal } from './protocol.ts'
import { ENTITIES, EXTERNAL, GROUPS } from './dialogportal-contract.ts'
import { signatureProblem } from './dialogportal-signature.ts'
import { Crash, objectOf, readJson, route } from './protocol.ts'

interface State {
  next: number
  text?: unknown
  count: number
}

/** The account a path names and the group it ends with, both still encoded. */
interface Target {
  readonly account: { readonly entityId: string } | { readonly key: string; readonly type: string }
  readonly groupId: string
}

interface Call {
  readonly request: HttpRequest
  readonly has: Has
  readonly state: State
  readonly target: Target
}

type Transaction = Readonly<Record<string, unknown>>

interface DialogportalRefusal extends Refusal {
  readonly subCode?: string
}

const FIRST_ID = 12478636
const TEXTS: Readonly<Record<string, string>> = {
  '404.1': 'User not found',
  '404.2': 'External user could not be found',
  '404.4': 'Transaction group not found',
  '404.5': 'Transaction type not found',
}

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

function contractRefused(problem: string, has: Has): HttpResponse {
  const status = has('register/contract-is-409') ? 409 : has('register/contract-is-200') ? 200 : 400
  return refused({ status, message: `Against the contract: ${problem}` }, has)
}

/* Where it goes */

function accountProblem(account: Target['account'], has: Has): string | undefined {
  if ('entityId' in account) {
    const id = decoded(account.entityId, has) ?? ''
    if (has('account/words-crash') && !/^\d+$/.test(id)) throw new Crash(new Error('not a number'))
    if (has('account/entities-by-prefix') && ENTITIES.some((each) => id.startsWith(each))) return undefined
    if (has('account/first-entity-only')) return id === ENTITIES[0] ? undefined : '404.1'
    return ENTITIES.includes(id) ? undefined : '404.1'
  }
  const once = decoded(account.key, has)
  const key = has('account/keys-decoded-twice') && once !== undefined ? decoded(once, has) : once
  const type = decoded(account.type, has) ?? ''
  const unknown = has('account/external-is-404.1') ? '404.1' : '404.2'
  if (key === undefined) return unknown
  const keys = has('account/any-external-type') ? [...EXTERNAL.values()] : [EXTERNAL.get(type)]
  const same = has('account/keys-any-case')
    ? (known?: string) => known?.toLowerCase() === key.toLowerCase()
    : (known?: string) => known === key
  const longer = has('account/keys-by-prefix') && keys.some((each) => each !== undefined && key.startsWith(each))
  const shorter = has('account/keys-by-part') && keys.some((each) => each?.startsWith(key))
  return keys.some(same) || longer || shorter ? undefined : unknown
}

function decoded(segment: string, has: Has): string | undefined {
  if (has('account/keys-not-decoded')) return segment
  if (has('account/slash-not-decoded') && /%2f/i.test(segment)) return segment
  try {
    return decodeURIComponent(has('account/plus-is-a-blank') ? segment.replaceAll('+', ' ') : segment)
  } catch (error) {
    if (has('account/bad-encoding-crashes')) throw new Crash(error)
    return undefined
  }
}

function groupOf(id: string, has: Has): TransactionGroup | undefined {
  if (has('register/groups-by-prefix')) {
    const known = [...GROUPS.keys()].find((each) => id.startsWith(each))
    return known === undefined ? undefined : GROUPS.get(known)
  }
  return GROUPS.get(has('register/leading-zeros-dropped') ? id.replace(/^0+/, '') : id)
}

function typeOf(
  types: ReadonlyMap<number, TransactionType> | undefined,
  id: number,
  has: Has,
): TransactionType | undefined {
  if (has('register/type-of-any-group')) {
    return [...GROUPS.values()].map((group) => group.types.get(id)).find((type) => type !== undefined)
  }
  return types?.get(id)
}

function notFound(subCode: string, has: Has): HttpResponse {
  const shown = has('not-found/always-404.1') ? '404.1' : has(`not-found/${subCode}-is-another`) ? '404.3' : subCode
  const status = has('not-found/is-400')
    ? 400
    : has(`not-found/${subCode}-is-400`)
      ? 400
      : has('not-found/is-200')
        ? 200
        : 404
  const message = has('not-found/other-words') ? 'Not found' : (TEXTS[subCode] ?? 'Not found')
  return refused({ status, message, subCode: shown }, has)
}

/* What is sent */

function schemaProblem(body: Transaction, has: Has): string | undefined {
  return (
    typeIdProblem(body['transactionTypeID'], has) ??
    dateProblem(body['transactionDate'], has) ??
    valueProblem(body['value'], has) ??
    textProblem(body, 'reference', has) ??
    textProblem(body, 'text', has) ??
    extraProblem(body['extra'], has) ??
    strangerProblem(body, has)
  )
}

function typeIdProblem(id: unknown, has: Has): string | undefined {
  if (id === undefined && has('body/type-optional')) return undefined
  if (id === null && has('body/type-null-accepted')) return undefined
  if (typeof id === 'string' && has('body/type-text-accepted') && /^\d+$/.test(id)) return undefined
  if (typeof id === 'number' && has('body/type-fraction-accepted')) return undefined
  return Number.isInteger(id) ? undefined : 'transactionTypeID is no integer'
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function dateProblem(date: unknown, has: Has): string | undefined {
  if (date === undefined && has('body/date-optional')) return undefined
  if (date === null && has('body/date-null-accepted')) return undefined
  if (typeof date === 'number' && has('body/date-number-accepted')) return undefined
  if (typeof date !== 'string') return 'transactionDate is no text'
  if (has('body/date-unchecked')) return undefined
  const forms: readonly (readonly [defect: string, form: RegExp])[] = [
    ['body/date-only-accepted', /^\d{4}-\d\d-\d\d$/],
    ['body/date-offset-accepted', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/],
    ['body/date-zone-optional', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/],
    ['body/date-blank-accepted', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?Z$/],
    ['body/date-impossible-accepted', INSTANT],
  ]
  if (has('body/date-by-parser') && !Number.isNaN(Date.parse(date))) return undefined
  if (forms.some(([defect, form]) => has(defect) && form.test(date))) return undefined
  if (has('body/date-milliseconds-needed') && !/\.\d{3}Z$/.test(date)) return 'transactionDate lacks milliseconds'
  if (has('body/date-milliseconds-refused') && date.includes('.')) return 'transactionDate has milliseconds'
  if (has('body/date-future-refused') && Date.parse(date) > Date.now()) return 'transactionDate is to come'
  if (has('body/date-old-refused') && Date.parse(date) < Date.UTC(2000)) return 'transactionDate is long ago'
  return INSTANT.test(date) && exists(date) ? undefined : 'transactionDate is no UTC instant'
}

/** Whether the day is in the calendar: Date.parse rolls 30 February over. */
function exists(date: string): boolean {
  const time = Date.parse(date)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === date.slice(0, 19)
}

function valueProblem(value: unknown, has: Has): string | undefined {
  if (value === undefined) return has('body/value-needed') ? 'value is missing' : undefined
  if (value === null && has('body/value-null-accepted')) return undefined
  if (
    typeof value === 'string' &&
    has('body/value-text-accepted') &&
    value.trim() !== '' &&
    !Number.isNaN(Number(value))
  )
    return undefined
  if (typeof value === 'boolean' && has('body/value-boolean-accepted')) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'value is no number'
  if (value < 0 && has('body/value-negative-refused')) return 'value is negative'
  if (value === 0 && has('body/value-zero-refused')) return 'value is zero'
  if (value > 1000 && has('body/value-large-refused')) return 'value is large'
  return !Number.isInteger(value) && has('body/value-fraction-refused') ? 'value is a fraction' : undefined
}

function textProblem(body: Transaction, name: 'reference' | 'text', has: Has): string | undefined {
  const value = body[name]
  if (value === undefined) return has(`body/${name}-needed`) ? `${name} is missing` : undefined
  if (value === null && has(`body/${name}-null-accepted`)) return undefined
  if (value === '' && has(`body/${name}-empty-refused`)) return `${name} is empty`
  if (typeof value === 'string' && value.length > 50 && has(`body/${name}-long-refused`)) return `${name} is long`
  if (typeof value === 'string' && /[^ -~]/.test(value) && has(`body/${name}-ascii-only`)) return `${name} is strange`
  if (value !== null && has(`body/${name}-any-type`)) return undefined
  return typeof value === 'string' ? undefined : `${name} is no text`
}

function extraProblem(extra: unknown, has: Has): string | undefined {
  if (extra === undefined || (extra === null && has('body/extra-null-accepted'))) return undefined
  if (Array.isArray(extra)) return has('body/extra-list-accepted') ? undefined : 'extra is a list'
  if (typeof extra === 'string' && has('body/extra-text-accepted')) return undefined
  return typeof extra === 'object' && extra !== null ? undefined : 'extra is no object'
}

const MEMBERS = ['transactionTypeID', 'transactionDate', 'value', 'reference', 'text', 'extra']

function strangerProblem(body: Transaction, has: Has): string | undefined {
  if (!has('body/strangers-refused')) return undefined
  const stranger = Object.keys(body).find((name) => !MEMBERS.includes(name))
  return stranger && `${stranger} is unknown`
}

function contractProblem(body: Transaction, type: TransactionType | undefined, has: Has): string | undefined {
  if (!type) return undefined
  const { extra } = body
  if (extra === undefined && has('contract/extra-itself-optional')) return undefined
  const given = (typeof extra === 'object' && extra !== null ? extra : {}) as Transaction
  const sent = has('contract/names-any-case') ? inSmallLetters(given) : given
  if (
    type.extra.length === 0 &&
    extra !== undefined &&
    Object.keys(sent).length === 0 &&
    has('contract/empty-extra-refused')
  )
    return 'extra'
  const missing = type.extra.find((name) => !extraFits(sent[name], name, has))
  if (missing !== undefined) return `extra.${missing}`
  const strangers = Object.keys(sent).filter((name) => !type.extra.includes(name))
  if (has('contract/strangers-accepted')) return undefined
  if (
    has('contract/strangers-of-others-accepted') &&
    strangers.every((name) => ['latitude', 'longitude'].includes(name))
  )
    return undefined
  if (has('contract/strangers-accepted-without-contract') && type.extra.length === 0) return undefined
  if (has('contract/strangers-accepted-with-contract') && type.extra.length > 0) return undefined
  return strangers[0] === undefined ? undefined : `extra.${strangers[0]}`
}

function inSmallLetters(extra: Transaction): Transaction {
  return Object.fromEntries(Object.entries(extra).map(([name, value]) => [name.toLowerCase(), value]))
}

function extraFits(value: unknown, name: string, has: Has): boolean {
  if (value === undefined) return has(`contract/${name}-optional`)
  if (value === null && has('contract/null-extra-accepted')) return true
  if (typeof value === 'string' && has('contract/text-extra-accepted') && !Number.isNaN(Number(value))) return true
  if (value !== null && has(`contract/${name}-any-type`)) return true
  if (typeof value === 'number' && value < 0 && has('contract/negative-extra-refused')) return false
  if (value === 0 && has('contract/zero-extra-missing')) return false
  if (Number.isInteger(value) && has('contract/whole-extra-refused')) return false
  return typeof value === 'number'
}

/* What is answered */

function registered(call: Call, body: Transaction, names: { groupName: string; typeName: string }): HttpResponse {
  const { has, state, target } = call
  const id = state.next
  state.count += 1
  const stays =
    has('register/one-id-for-all') ||
    (has('register/an-id-for-two') && state.count % 2 === 0) ||
    (has('register/third-id-again') && state.count % 3 === 0) ||
    (has('register/one-id-for-all-keys') && 'key' in target.account)
  if (!stays) state.next += has('register/ids-fall') ? -7 : 7
  const groupId = Number(decoded(target.groupId, has))
  const shown: Record<string, unknown> = {
    reference: body['reference'],
    transactionDate: dateShown(body['transactionDate'], has),
    value: valueShown(body['value'], has),
    text: body['text'],
    extra: extraShown(body['extra'], has),
    transactionTypeName: names.typeName,
    transactionTypeID: has('reply/type-id-as-text') ? String(body['transactionTypeID']) : body['transactionTypeID'],
    transactionGroupName: names.groupName,
    transactionGroupID: groupIdShown(groupId, id, has),
    transactionID: has('reply/id-as-text') ? String(id) : id,
  }
  if (has('reply/text-of-the-one-before')) shown['text'] ??= state.text
  state.text = body['text'] ?? state.text
  if (has('reply/texts-cut-at-255')) {
    for (const name of ['reference', 'text']) {
      const text = shown[name]
      if (typeof text === 'string') shown[name] = text.slice(0, 255)
    }
  }
  for (const [name, value] of Object.entries(shown)) {
    const nulled = value === undefined && has('reply/absent-as-null')
    if (nulled) shown[name] = null
    else if (value === undefined || has(`reply/${name}-missing`)) delete shown[name]
    if (value === '' && has('reply/empty-text-dropped')) delete shown[name]
    if (value === undefined && has('reply/absent-text-empty') && name !== 'extra') shown[name] = ''
  }
  if (has('reply/names-swapped'))
    Object.assign(shown, { transactionGroupName: names.typeName, transactionTypeName: names.groupName })
  if (has('reply/strangers-echoed')) return success({ ...body, ...shown }, has)
  if (has('reply/entity-leaked')) shown['entity'] = 'entityId' in target.account ? target.account.entityId : '1001'
  return success(has('reply/in-data') ? { data: shown } : shown, has)
}

function groupIdShown(groupId: number, id: number, has: Has): unknown {
  if (has('reply/group-id-is-the-transaction')) return id
  return has('reply/group-id-as-text') ? String(groupId) : groupId
}

function dateShown(date: unknown, has: Has): unknown {
  if (typeof date !== 'string') return date
  if (has('reply/date-normalised')) return new Date(date).toISOString()
  if (has('reply/date-without-milliseconds')) return date.replace(/\.\d+Z$/, 'Z')
  if (has('reply/date-with-offset')) return date.replace('Z', '+00:00')
  return has('reply/date-now') ? new Date().toISOString() : date
}

function valueShown(value: unknown, has: Has): unknown {
  if (value === undefined) return has('reply/value-default-left-out') ? undefined : has('reply/value-default-1') ? 1 : 0
  if (typeof value !== 'number') return value
  if (has('reply/value-of-32-bits')) return Number.isInteger(value) ? Math.trunc(value) % 2 ** 31 : value
  if (has('reply/value-rounded')) return Math.round(value)
  if (has('reply/value-two-decimals')) return Math.round(value * 100) / 100
  if (has('reply/value-unsigned')) return Math.abs(value)
  return has('reply/value-as-text') ? String(value) : value
}

function extraShown(extra: unknown, has: Has): unknown {
  if (has('reply/extra-as-text')) return extra === undefined ? undefined : JSON.stringify(extra)
  if (has('reply/extra-always')) return extra ?? {}
  if (typeof extra !== 'object' || extra === null) return extra
  if (has('reply/extra-rounded')) {
    return Object.fromEntries(
      Object.entries(extra).map(([name, value]) => [name, Math.round(Number(value) * 100) / 100]),
    )
  }
  return has('reply/empty-extra-dropped') && Object.keys(extra).length === 0 ? undefined : extra
}

function success(value: unknown, has: Has): HttpResponse {
  const status = has('reply/is-201') ? 201 : has('reply/is-202') ? 202 : 200
  if (has('reply/as-html')) return { ...json(status, value), headers: { 'content-type': 'text/html' } }
  return json(status, value)
}

function refused({ status, message, subCode, headers = {} }: DialogportalRefusal, has: Has): HttpResponse {
  const body = {
    ...(has('errors/text-missing') ? {} : { [has('errors/text-is-message') ? 'message' : 'statusText']: message }),
    ...(has('errors/code-missing') ? {} : { statusCode: has('errors/code-as-text') ? String(status) : status }),
    ...(subCode === undefined || has('errors/sub-code-not-in-body') ? {} : { subCode: subCodeShown(subCode, has) }),
    ...(subCode === undefined && has('errors/sub-code-everywhere') ? { subCode: `${status}.0` } : {}),
  }
  const transport =
    subCode === undefined || has('errors/sub-code-not-in-header') ? {} : { apistatussubcode: headerShown(subCode, has) }
  const shown = has('errors/200-for-all') ? 200 : status
  const answer = json(shown, body, { ...headers, ...transport })
  return has('errors/as-html') ? { ...answer, headers: { ...answer.headers, 'content-type': 'text/html' } } : answer
}

function subCodeShown(subCode: string, has: Has): unknown {
  if (has('errors/sub-code-a-number')) return Number(subCode)
  return has('errors/sub-code-short') ? subCode.replace(/^\d+\./, '') : subCode
}

function headerShown(subCode: string, has: Has): string {
  return has('errors/header-short') ? subCode.replace(/^\d+\./, '') : subCode
}

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}
