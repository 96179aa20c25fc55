import type { Problem } from './cloud-payments-fields.ts'
import type { Person, UserType } from './cloud-payments-people.ts'
import type { Defects } from './defects.ts'
import type { HttpRequest, HttpResponse, IndependentApi } from './http.ts'
import type { Ids } from './ids.ts'
import type { Has, Methods } from './protocol.ts'
import { personProblems, privilegeProblems, statusProblems, zoneOf } from './cloud-payments-fields.ts'
import { seededPeople, TENANTS, TOKENS } from './cloud-payments-people.ts'
import { createIds } from './ids.ts'
import { headerOf, objectOf, readJson, route } from './protocol.ts'

type OperationName = 'self' | 'privilege' | 'status'
type Body = Readonly<Record<string, unknown>>

interface State {
  people: Map<string, Person>
  ids: Ids
}

/** One call: what came, who called, and what is kept. */
interface Call {
  readonly request: HttpRequest
  readonly operation: OperationName | undefined
  readonly has: Has
  readonly state: State
}

/** A registration or a change of status, when nothing about the request itself is wrong. */
interface Checked extends Call {
  readonly operation: OperationName
  readonly tenant: string
  readonly caller: Person | undefined
  readonly body: Body
}

interface Failure {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly problems?: readonly Problem[]
  readonly headers?: Readonly<Record<string, string>>
}

const PATHS: Readonly<Record<string, OperationName>> = {
  '/user/selfregister': 'self',
  '/user/registerPrivilegeUsers': 'privilege',
  '/user/updatePersonStatus': 'status',
}

const ROOTS: Readonly<Record<OperationName, string>> = {
  self: 'selfRegistrationResponse',
  privilege: 'PrivilegeUserRegistrationResponse',
  status: 'getCompanyResponse',
}

const CODES: Readonly<Record<number, string>> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

/** The registration service of Cloud Payments, from the text alone. */
export function createCloudPayments(defects: Defects): IndependentApi {
  const has: Has = (name) => defects.has(`cloud-payments/${name}`)
  const state: State = { people: seededPeople(), ids: createIds('cloud payments') }
  const answer = async (request: HttpRequest): Promise<HttpResponse | undefined> => {
    if (request.path !== '/user' && !request.path.startsWith('/user/')) return undefined
    const call: Call = { request, operation: operationOf(request.path, has), has, state }
    const refuse = (refusal: Failure | Omit<Failure, 'code'>): HttpResponse =>
      failed(call, { code: CODES[refusal.status] ?? 'INVALID_REQUEST', ...refusal })
    return negotiated(request, await route({ request, methods: methodsOf(call), refuse, has }), has)
  }
  const reset = (): void => {
    state.people = seededPeople()
    state.ids = createIds('cloud payments')
  }
  return Object.assign(answer, { reset })
}

function operationOf(path: string, has: Has): OperationName | undefined {
  if (has('protocol/path-any-case')) {
    return Object.entries(PATHS).find(([known]) => known.toLowerCase() === path.toLowerCase())?.[1]
  }
  const asked = has('protocol/trailing-slash-accepted') ? path.replace(/\/$/, '') : path
  return Object.hasOwn(PATHS, asked) ? PATHS[asked] : undefined
}

function methodsOf(call: Call): Methods | undefined {
  const { operation } = call
  return operation && { POST: () => perform({ ...call, operation }) }
}

async function perform(call: Call & { readonly operation: OperationName }): Promise<HttpResponse> {
  const { request, has } = call
  const who = identify(call)
  if ('code' in who) return failed(call, who)
  const read = readJson(request, has)
  if ('refusal' in read) {
    const { status, message } = read.refusal
    return failed(call, { status, message, code: CODES[status] ?? 'INVALID_REQUEST' })
  }
  const tenant = tenantOf(request, has)
  if (typeof tenant !== 'string') return failed(call, tenant)
  const body = objectOf(read.value, has)
  if (!body) return failed(call, invalid([{ field: 'body', text: 'has to be an object' }]))
  const problems = problemsOf(body, call)
  if (problems.length > 0) return failed(call, invalid(problems))
  const checked: Checked = { ...call, tenant, caller: who.person, body }
  return call.operation === 'status' ? changeStatus(checked) : register(checked)
}

function invalid(problems: readonly Problem[]): Failure {
  return { status: 400, code: 'INVALID_REQUEST', message: 'The request can’t be understood', problems }
}

function problemsOf(body: Body, { operation, has }: Call & { readonly operation: OperationName }): readonly Problem[] {
  const place = { operation, has }
  if (operation === 'status') return statusProblems(body, place)
  return [...personProblems(body, place), ...(operation === 'privilege' ? privilegeProblems(body, place) : [])]
}

/* Who calls */

function identify(call: Call & { readonly operation: OperationName }): Failure | { person?: Person } {
  const { request, has, operation } = call
  const key = headerOf(request, 'api-key')
  const tenant = headerOf(request, 'tenantname')
  if (!keyFits(key, tenant, operation, has)) {
    const message = 'The api-key is missing or wrong'
    return { status: has('auth/wrong-key-is-403') ? 403 : 401, code: 'UNAUTHORIZED', message }
  }
  const isStrange = has('self/token-refused') && headerOf(request, 'authorization') !== undefined
  if (operation === 'self' && isStrange) return { status: 401, code: 'UNAUTHORIZED', message: 'No token is needed' }
  if (operation === 'self' && !has('self/needs-a-token')) return {}
  return bearer(call, tenant)
}

function keyFits(key: string | undefined, tenant: string | undefined, operation: OperationName, has: Has): boolean {
  if (has(`${operation}/key-unchecked`)) return true
  if (key === undefined) return has('auth/missing-key-accepted')
  if (has('auth/any-key-accepted') || (key === '' && has('auth/empty-key-accepted'))) return true
  const asked = has('auth/key-any-case') ? key.toLowerCase() : key
  const owner = [...TENANTS].find(([, its]) => its === asked)?.[0]
  if (owner === undefined) return has('auth/key-by-prefix') && [...TENANTS.values()].some((its) => key.startsWith(its))
  if (tenant === undefined || !TENANTS.has(tenant)) return true
  return owner === tenant || has('auth/key-of-another-tenant-accepted')
}

function bearer(
  call: Call & { readonly operation: OperationName },
  tenant: string | undefined,
): Failure | { person?: Person } {
  const { request, has, operation, state } = call
  const refused: Failure = {
    status: has('auth/no-token-is-403') ? 403 : has('auth/no-token-is-400') ? 400 : 401,
    code: 'UNAUTHORIZED',
    message: 'A valid access token is needed',
  }
  const owner = state.people.get(TOKENS.get('cp-service-owner') ?? '')
  const anybody = owner ? { person: owner } : {}
  const sent = headerOf(request, 'authorization')
  if (sent === undefined) return has(`${operation}/no-token-accepted`) ? anybody : refused
  const written = tokenOf(sent, has)
  const token = has('auth/token-any-case') ? written?.toLowerCase() : written
  const person = state.people.get(TOKENS.get(token ?? '') ?? '')
  if (!person) return has(`${operation}/any-token-accepted`) && token !== undefined ? anybody : refused
  if (person.tenant !== tenant && TENANTS.has(tenant ?? '') && !has('auth/token-of-another-tenant-accepted'))
    return refused
  return locked(person, has) ? refused : { person }
}

function tokenOf(sent: string, has: Has): string | undefined {
  const [scheme = '', token = '', ...rest] = sent.split(/ +/)
  if (rest.length > 0) return undefined
  if (has('auth/scheme-unchecked')) return token || scheme
  return scheme.toLowerCase() === 'bearer' ? token : undefined
}

function locked({ status }: Person, has: Has): boolean {
  if (status === 'C') return has('status/created-token-locked')
  return ['S', 'X', 'D'].includes(status) && !has(`status/token-works-while-${status}`)
}

function tenantOf(request: HttpRequest, has: Has): string | Failure {
  const tenant = headerOf(request, 'tenantname')
  const wrong = (message: string): Failure => ({
    status: has('auth/wrong-tenant-is-404') ? 404 : has('auth/wrong-tenant-is-401') ? 401 : 400,
    code: 'INVALID_REQUEST',
    message,
  })
  if (tenant === undefined) return has('auth/missing-tenant-accepted') ? 'CBD' : wrong('tenantName is missing')
  if (has('auth/tenant-any-case') && TENANTS.has(tenant.toUpperCase())) return tenant.toUpperCase()
  if (TENANTS.has(tenant) || has('auth/unknown-tenant-accepted')) return tenant
  return wrong('There is no such tenant')
}

/* What is done */

async function register(call: Checked): Promise<HttpResponse> {
  const { operation, has, body, state, tenant } = call
  const type = (operation === 'self' ? 'SUBSCRIBER' : (body['userType'] ?? 'SUBSCRIBER')) as UserType
  const forbidden = operation === 'privilege' && !mayCreate(call.caller?.type ?? 'SUBSCRIBER', type, has)
  const username = String(body['username'])
  if (forbidden && !has('privilege/refused-but-created')) return refusedCaller(call, 'may not create such a user')
  if (taken(call, username)) return failed(call, duplicate(username, has))
  if (has('register/race')) await new Promise((resolve) => setTimeout(resolve, 20))
  const id = has('register/one-id-for-all') ? 'be65ffab-65d6-403f-a52a-199e72f868d7' : state.ids.uuid()
  if (!has(`${operation}/nobody-stored`) && !(has('register/second-tenant-not-stored') && tenant !== 'CBD')) {
    state.people.set(id, { id, tenant, type, username, status: has('register/created-closed') ? 'X' : 'C' })
  }
  if (forbidden) return refusedCaller(call, 'may not create such a user')
  return succeeded(call, registered(call, id))
}

function duplicate(username: string, has: Has): Failure {
  return {
    status: has('register/duplicate-is-400') ? 400 : has('register/duplicate-is-200') ? 200 : 409,
    code: has('register/duplicate-has-another-code') ? 'DUPLICATE' : 'USERNAME_EXISTS',
    message: 'This username belongs to somebody',
    problems: [{ field: 'username', text: username }],
  }
}

function taken({ state, has, tenant, operation }: Checked, username: string): boolean {
  if (has(`${operation}/duplicates-accepted`)) return false
  if (has('register/duplicate-addresses-accepted') && username.includes('@')) return false
  const everywhere = has('register/duplicate-in-any-tenant')
  return [...state.people.values()].some(
    (person) => (everywhere || person.tenant === tenant) && person.username === username,
  )
}

/** Whom a caller may create; what is not listed is forbidden. */
const CREATES: Readonly<Record<UserType, readonly UserType[]>> = {
  SERVICE_OWNER: ['SERVICE_OWNER', 'COMPANY_USER'],
  COMPANY_USER: ['COMPANY_USER', 'SUBSCRIBER'],
  SUBSCRIBER: [],
}

function mayCreate(caller: UserType, created: UserType, has: Has): boolean {
  const flipped = has(`privilege/${caller}-${created}-flipped`)
  return CREATES[caller].includes(created) !== flipped
}

function refusedCaller(call: Checked, message: string): HttpResponse {
  const { has } = call
  return failed(call, {
    status: has('register/forbidden-is-401') ? 401 : has('register/forbidden-is-400') ? 400 : 403,
    code: has('register/forbidden-has-another-code') ? 'ACCESS_DENIED' : 'FORBIDDEN',
    message: `A ${call.caller?.type ?? 'nobody'} ${message}`,
  })
}

function registered({ operation, has, body }: Checked, id: string): Body {
  const member = (name: string, value: unknown): Body => {
    if (has(`${operation}/${name}-missing`)) return {}
    if (has(`${operation}/${name}-null-if-absent`) && value === undefined) return { [name]: null }
    return value === undefined ? {} : { [name]: value }
  }
  const zone = zoneOf(body, has)
  const shown = has(`${operation}/zone-canonical`)
    ? new Intl.DateTimeFormat('en', { timeZone: String(zone) }).resolvedOptions().timeZone
    : has(`${operation}/zone-of-the-example`)
      ? 'America/Chicago'
      : zone
  const echoes = {
    ...member(has(`${operation}/uuid-is-id`) ? 'id' : 'uuid', uuidShown(id, operation, has)),
    ...member(
      'username',
      has(`${operation}/username-lowered`) ? String(body['username']).toLowerCase() : body['username'],
    ),
    ...member('firstName', body[has(`${operation}/names-swapped`) ? 'lastName' : 'firstName']),
    ...member('lastName', body[has(`${operation}/names-swapped`) ? 'firstName' : 'lastName']),
    ...member(has(`${operation}/zone-table-spelling`) ? 'timezoneFormatted' : 'timeZoneFormatted', shown),
    ...member('userContact', contactShown(body, operation, has)),
    ...member('contactType', body['contactType']),
    ...(has(`${operation}/password-leaked`) ? { password: body['password'] } : {}),
    ...(has(`${operation}/extra-member`) ? { internalRow: 17 } : {}),
  }
  if (operation === 'self') {
    return has('self/language-echoed')
      ? { ...echoes, ...member('preferredLanguage', body['preferredLanguage']) }
      : echoes
  }
  return {
    ...echoes,
    ...member('preferredLanguage', languageShown(body, has)),
    ...member('role', roleShown(body['role'], has)),
    ...(has('privilege/user-type-echoed') ? { userType: body['userType'] } : {}),
  }
}

function uuidShown(id: string, operation: OperationName, has: Has): unknown {
  if (has(`${operation}/uuid-without-hyphens`)) return id.replaceAll('-', '')
  if (has(`${operation}/uuid-a-number`)) return Number.parseInt(id.slice(0, 8), 16)
  return id
}

function contactShown(body: Body, operation: OperationName, has: Has): unknown {
  const contact = body['userContact']
  if (has(`${operation}/contact-lowered`) && typeof contact === 'string') return contact.toLowerCase()
  return has(`${operation}/contact-masked`) && typeof contact === 'string' ? contact.replace(/^.{3}/, '***') : contact
}

function languageShown({ preferredLanguage: language }: Body, has: Has): unknown {
  if (has('privilege/language-defaults')) return language ?? 'EN'
  if (has('privilege/language-in-capitals') && typeof language === 'string') return language.toUpperCase()
  return has('privilege/language-lowered') && typeof language === 'string' ? language.toLowerCase() : language
}

function roleShown(role: unknown, has: Has): unknown {
  if (!Array.isArray(role)) return role
  const names = role as readonly unknown[]
  if (has('privilege/role-shown-as-text')) return names.join(',')
  if (has('privilege/role-first-only')) return names.slice(0, 1)
  if (has('privilege/role-sorted')) return names.toSorted((one, other) => String(one).localeCompare(String(other)))
  if (has('privilege/role-reversed')) return names.toReversed()
  return has('privilege/role-lowered') ? names.map((name) => String(name).toLowerCase()) : names
}

function changeStatus(call: Checked): HttpResponse {
  const { has, body, state, tenant, caller } = call
  const wanted = String(body['status'] ?? 'X')
  const id = String(body['personId'])
  const person = state.people.get(has('status/changes-the-caller') ? (caller?.id ?? '') : id)
  const itself = has('status/consumer-may-change-itself') && caller?.id === id
  if (!mayChange(caller, has) && !itself) {
    if (has('status/refused-but-changed') && person) state.people.set(person.id, { ...person, status: wanted })
    return refusedCaller(call, 'may not change a status')
  }
  const foreign = person !== undefined && person.tenant !== tenant && !has('status/person-of-another-tenant')
  if (!person || foreign) {
    if (has('status/unknown-person-accepted')) return succeeded(call, { person: id, status: wanted })
    const status = has('status/unknown-person-is-400')
      ? 400
      : has('status/foreign-person-is-403') && foreign
        ? 403
        : 404
    return failed(call, { status, code: personCode(has), message: 'There is no such person' })
  }
  if (!canBecome(person.status, wanted, has)) {
    if (has('status/conflict-but-changed')) state.people.set(person.id, { ...person, status: wanted })
    const status = has('status/conflict-is-400') ? 400 : has('status/conflict-is-200') ? 200 : 409
    return failed(call, { status, code: conflictCode(has), message: 'A closed person stays closed' })
  }
  if (isStored(wanted, caller, has)) state.people.set(person.id, { ...person, status: wanted })
  if (wanted === 'X' && has('status/closes-all-consumers'))
    for (const one of state.people.values())
      if (one.type === 'SUBSCRIBER') state.people.set(one.id, { ...one, status: 'X' })
  return succeeded(call, changed(person, id, wanted, has))
}

function isStored(wanted: string, caller: Person | undefined, has: Has): boolean {
  if (has('status/nothing-stored') || has(`status/${wanted}-not-stored`)) return false
  return !(has('status/nothing-stored-for-company-users') && caller?.type === 'COMPANY_USER')
}

function personCode(has: Has): string {
  return has('status/unknown-person-has-another-code') ? 'NOT_FOUND' : 'PERSON_NOT_FOUND'
}

function conflictCode(has: Has): string {
  return has('status/conflict-has-another-code') ? 'INVALID_STATUS' : 'STATUS_CONFLICT'
}

function mayChange(caller: Person | undefined, has: Has): boolean {
  if (caller?.type === 'SUBSCRIBER') return has('status/consumer-may-change')
  if (caller?.type === 'COMPANY_USER') return !has('status/company-user-may-not-change')
  return !has('status/service-owner-may-not-change')
}

function canBecome(from: string, to: string, has: Has): boolean {
  if (has('status/same-status-refused') && from === to) return false
  if (has('status/suspended-stays') && from === 'S' && to !== 'S') return false
  if (has('status/disabled-stays') && from === 'D' && to !== 'D') return false
  if (has('status/never-back-to-created') && from !== 'C' && to === 'C') return false
  if (has('status/created-must-be-active-first') && from === 'C' && to !== 'A') return false
  if (has('status/disabled-cannot-be-closed') && from === 'D' && to === 'X') return false
  if (from !== 'X') return true
  if (to === 'X') return !has('status/closed-twice-refused')
  const names: Readonly<Record<string, string>> = { A: 'active', C: 'created', D: 'disabled', S: 'suspended' }
  return has('status/closed-can-be-opened') || has(`status/closed-can-be-${names[to] ?? to}`)
}

function changed(person: Person, id: string, wanted: string, has: Has): Body {
  const shown = has('status/old-status-shown')
    ? person.status
    : has('status/long-status-shown')
      ? 'CLOSED'
      : has('status/status-always-x')
        ? 'X'
        : wanted
  return {
    ...(has('status/status-missing') ? {} : { status: shown }),
    ...(has('status/person-missing') ? {} : { [has('status/person-is-person-id') ? 'personId' : 'person']: id }),
    ...(has('status/reason-echoed') ? { reason: 'changed' } : {}),
  }
}

/* Answers */

function succeeded(call: Checked, content: Body): HttpResponse {
  const { operation, has, tenant } = call
  const root = has(`${operation}/root-renamed`) ? 'response' : ROOTS[operation]
  const shownTenant = has('self/tenant-always-cbd') ? 'CBD' : tenant
  const context = {
    statusCode: has(`${operation}/success-is-ok`) ? 'OK' : has(`${operation}/success-is-zero`) ? 0 : 'SUCCESS',
    ...(has(`${operation}/tenant-missing`) ? {} : { tenantName: shownTenant }),
    ...(has(`${operation}/context-with-nulls`) ? { statusMessage: null } : {}),
  }
  const inner = { ...content, ...(has(`${operation}/context-missing`) ? {} : { contextResponse: context }) }
  const status = has(`${operation}/success-is-201`) ? 201 : has(`${operation}/success-is-202`) ? 202 : 200
  return answerOf(status, has(`${operation}/root-missing`) ? inner : { [root]: inner })
}

function failed(call: Call, { status, code, message, problems = [], headers = {} }: Failure): HttpResponse {
  const { request, has, operation } = call
  const tenant = headerOf(request, 'tenantname')
  const code200 = has('errors/success-code') ? 'SUCCESS' : code
  const context = {
    statusCode: has('errors/code-missing') ? undefined : has('errors/code-a-number') ? status : code200,
    statusMessage: has('errors/message-missing') ? undefined : message,
    errors: has('errors/show-the-request')
      ? [request.body.toString()]
      : has('errors/list-missing')
        ? undefined
        : has('errors/list-is-text')
          ? message
          : problems.map(sentence),
    errorArgs: has('errors/args-missing') ? undefined : problems.map(({ field }) => field),
    tenantName: has('errors/tenant-missing')
      ? undefined
      : (tenant ?? (has('errors/tenant-made-up') ? 'CBD' : undefined)),
  }
  const inner = { contextResponse: context }
  const bare = !operation || has('errors/bare')
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  const shown = has('errors/200-for-all') ? 200 : status
  return answerOf(shown, bare ? inner : { [ROOTS[operation]]: inner }, { ...headers, ...challenge })
}

function sentence({ field, text }: Problem): string {
  return `${field} ${text}`
}

function answerOf(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** JSON unless text/plain is liked better. */
function negotiated(request: HttpRequest, response: HttpResponse, has: Has): HttpResponse {
  if (response.headers['content-type'] !== 'application/json') return response
  const asked = headerOf(request, 'accept') ?? '*/*'
  const type = responseType(response.status >= 400 && has('accept/errors-as-json') ? '*/*' : asked, has)
  if (type === undefined) return { ...response, status: 406 }
  const body =
    has('accept/text-is-no-json') && type.startsWith('text') ? response.body.replaceAll('"', '') : response.body
  return { ...response, headers: { ...response.headers, 'content-type': type }, body }
}

function responseType(accept: string, has: Has): string | undefined {
  if (has('accept/always-text')) return 'text/plain; charset=utf-8'
  if (has('accept/always-html')) return 'text/html; charset=utf-8'
  if (has('accept/parameters-unknown') && /^text\/plain *;/.test(accept)) return 'application/json'
  if (has('accept/anything-is-text') && accept === '*/*') return 'text/plain; charset=utf-8'
  const liking = (type: string): number =>
    quality(has('accept/weights-ignored') && accept.startsWith('text/plain') ? 'text/plain' : accept, type)
  const [json, plain] = [liking('application/json'), liking('text/plain')]
  if (has('accept/others-refused') && json === 0 && plain === 0) return undefined
  if (has('accept/text-refused') && json === 0 && plain > 0) return undefined
  if (plain <= json || has('accept/text-ignored')) return 'application/json'
  return has('accept/text-without-charset') ? 'text/plain' : 'text/plain; charset=utf-8'
}

/** How much a type is liked: the most specific range counts (RFC 9110, 12.5.1). */
function quality(accept: string, type: string): number {
  const ranges = [type, type.replace(/\/.*/, '/*'), '*/*']
  const weights = new Map(
    accept.split(',').map((part) => {
      const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return [range.toLowerCase(), weight === undefined ? 1 : Number(weight.slice(2))]
    }),
  )
  const found = ranges.find((range) => weights.has(range))
  return found === undefined ? 0 : (weights.get(found) ?? 0)
}
