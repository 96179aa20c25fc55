import type { Defects } from './defects.ts'
import type { HttpRequest, HttpResponse, IndependentApi } from './http.ts'
import type { Ids } from './ids.ts'
import type { Has, Methods, Refusal } from './protocol.ts'
import { createIds } from './ids.ts'
import { headerOf, objectOf, readJson, route } from './protocol.ts'

interface Registration {
  readonly id: string
  readonly userId: string
  readonly offeringId: string
  readonly status: 'active' | 'passed'
  readonly createdDate: string
  readonly title?: unknown
  readonly grade?: unknown
}

interface Offering {
  readonly title: string
  readonly open: boolean
  readonly retakes: boolean
  /** The last characters of the ids of the users who may take it. */
  readonly users: readonly string[]
}

interface State {
  registrations: Registration[]
  ids: Ids
}

interface Call {
  readonly request: HttpRequest
  readonly has: Has
  readonly state: State
}

const LIST = '/dc/api/v5/registrations'
const UNAVAILABLE = 'This offering is not available for registration for the given user'

const USER = '6629aeada89133acedfad6d7d110123d'
const OTHER_USER = '6629aeada89133acedfad6d7d1101240'
const USERS = [USER, OTHER_USER]
const OFFERING_STEM = '89cd2eada89133acedfad6d766a2'

const OFFERINGS: ReadonlyMap<string, Offering> = new Map([
  [`${OFFERING_STEM}d931`, { title: 'Chalk for beginners', open: true, retakes: false, users: USERS }],
  [`${OFFERING_STEM}d932`, { title: 'Chalk in winter', open: false, retakes: false, users: USERS }],
  [`${OFFERING_STEM}d933`, { title: 'Chalk once', open: true, retakes: false, users: USERS }],
  [`${OFFERING_STEM}d934`, { title: 'Chalk again', open: true, retakes: true, users: USERS }],
  [`${OFFERING_STEM}d935`, { title: 'Chalk for others', open: true, retakes: false, users: [OTHER_USER] }],
])

function seededRegistrations(): Registration[] {
  return [
    registration('65ade781cc98d136543678191005431a', OTHER_USER, 'd935', 'active'),
    registration('65ade781cc98d1365436781910054b33', USER, 'd933', 'passed'),
    registration('65ade781cc98d1365436781910054b34', USER, 'd934', 'passed'),
  ]
}

function registration(id: string, userId: string, offering: string, status: Registration['status']): Registration {
  return { id, userId, offeringId: `${OFFERING_STEM}${offering}`, status, createdDate: '2012-03-01T06:03:10Z' }
}

/** The registrations of DigitalChalk, from the text alone. */
export function createDigitalchalk(defects: Defects): IndependentApi {
  const has: Has = (name) => defects.has(`digitalchalk/${name}`)
  const state: State = { registrations: seededRegistrations(), ids: createIds('digitalchalk') }
  const answer = async (request: HttpRequest): Promise<HttpResponse | undefined> => {
    if (request.path !== '/dc/api/v5' && !request.path.startsWith('/dc/api/v5/')) return undefined
    const call = { request, has, state }
    const refuse = (refusal: Refusal): HttpResponse => refused(refusal, has)
    return typed(await route({ request, methods: methodsOf(call), refuse, has }), has)
  }
  const reset = (): void => {
    state.registrations = seededRegistrations()
    state.ids = createIds('digitalchalk')
  }
  return Object.assign(answer, { reset })
}

function methodsOf(call: Call): Methods | undefined {
  const { has } = call
  const path = has('protocol/path-any-case') ? call.request.path.toLowerCase() : call.request.path
  if (path === LIST || (has('protocol/trailing-slash-accepted') && path === `${LIST}/`)) {
    const list = has('list/served') ? { GET: () => json(200, { results: call.state.registrations }) } : {}
    return { POST: () => create(call), ...list }
  }
  const [, id] = /^\/dc\/api\/v5\/registrations\/([^/]+)$/.exec(path) ?? []
  return id === undefined ? undefined : { GET: () => read(call, decoded(id)) }
}

/** A segment that is badly encoded names nothing, so that it may stay as it is. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function unknownToken({ request, has }: Call): HttpResponse | undefined {
  const sent = headerOf(request, 'authorization')
  if (sent === undefined) return has('auth/token-needed') ? challenge('Who are you?', has) : undefined
  if (has('auth/unchecked')) return undefined
  const [scheme = '', token = '', ...rest] = sent.split(/ +/)
  const bearer = scheme.toLowerCase() === 'bearer'
  const known =
    ((has('auth/tokens-any-case') ? token.toLowerCase() : token) === 'digitalchalk-admin' && rest.length === 0) ||
    (has('auth/prefix-is-enough') && token.startsWith('digitalchalk-'))
  if ((bearer || has('auth/scheme-unchecked')) && known) return undefined
  if (!bearer && has('auth/other-schemes-ignored')) return undefined
  return challenge('This token is unknown', has)
}

function challenge(description: string, has: Has): HttpResponse {
  const status = has('auth/unknown-is-403') ? 403 : has('auth/unknown-is-400') ? 400 : 401
  const headers = has('auth/no-challenge')
    ? {}
    : { 'www-authenticate': has('auth/challenge-basic') ? 'Basic' : 'Bearer' }
  if (has('auth/error-in-other-format')) return json(status, { errors: [description] }, headers)
  return json(status, { error_description: description, error: 'invalid_token' }, headers)
}

/* POST */

async function create(call: Call): Promise<HttpResponse> {
  const { request, has, state } = call
  const unknown = unknownToken(call)
  if (unknown && !has('auth/create-unchecked')) return unknown
  if (has('create/other-accept-refused') && !/json|\*/.test(headerOf(request, 'accept') ?? '*'))
    return refused({ status: 406, message: 'Only JSON is written here' }, has)
  const body = readJson(request, has)
  if ('refusal' in body) return refused(body.refusal, has)
  const wanted = objectOf(body.value, has)
  if (!wanted) return refused({ status: 400, message: 'A registration is an object' }, has)
  const problems = problemsOf(wanted, has)
  if (Object.keys(problems).length > 0) return invalid(problems, has)
  const idIn = (field: string): string =>
    has('create/ids-cut') ? String(wanted[field]).slice(0, 32) : String(wanted[field])
  const userId = idIn('userId')
  const offeringId = idIn('offeringId')
  if (has('create/refused-but-stored')) store(call, userId, offeringId, wanted)
  if (!available(userId, offeringId, state, has)) return unavailable(has)
  if (has('create/race')) await new Promise((resolve) => setTimeout(resolve, 20))
  return created(store(call, userId, offeringId, wanted), has)
}

type Problems = Readonly<Record<string, string>>

function problemsOf(body: Readonly<Record<string, unknown>>, has: Has): Problems {
  const known = { userId: knownUser, offeringId: knownOffering }
  const problems: Record<string, string> = {}
  for (const field of ['userId', 'offeringId'] as const) {
    const problem = problemOf(body[field], field, known[field], has)
    if (problem !== undefined) problems[field] = problem
    if (problem !== undefined && has('create/first-problem-only')) break
  }
  const strange = Object.keys(body).find((name) => !(name in known))
  if (strange !== undefined && has('create/other-members-refused')) problems[strange] = 'Unknown property'
  return problems
}

function problemOf(
  value: unknown,
  field: string,
  known: (id: string, has: Has) => boolean,
  has: Has,
): string | undefined {
  if (has(`create/${field}-unchecked`) && typeof value === 'string') return undefined
  if (value === undefined && has(`create/${field}-optional`)) return undefined
  if (value === null && has(`create/${field}-null-accepted`)) return undefined
  if (value === '' && has(`create/${field}-empty-accepted`)) return undefined
  if (Array.isArray(value) && has('create/list-of-one-accepted')) {
    return problemOf((value as readonly unknown[])[0], field, known, has)
  }
  if (typeof value !== 'string') return `${field} is no text`
  const whole = has('create/blanks-trimmed') ? value.trim() : value
  const id = has('create/ids-cut') ? whole.slice(0, 32) : whole
  return known(has('create/ids-any-case') ? id.toLowerCase() : id, has) ? undefined : `${field} leads nowhere`
}

function knownUser(id: string, has: Has): boolean {
  if (has('create/user-by-form') && /^[\da-f]{32}$/.test(id)) return true
  return USERS.includes(id) || (has('create/offering-as-user') && OFFERINGS.has(id))
}

function knownOffering(id: string, has: Has): boolean {
  if (has('create/offering-by-form') && /^[\da-f]{32}$/.test(id)) return true
  if (has('create/closed-offering-unknown') && OFFERINGS.get(id)?.open === false) return false
  return OFFERINGS.has(id)
}

function available(userId: string, offeringId: string, state: State, has: Has): boolean {
  const offering = OFFERINGS.get(offeringId)
  // Only a mistake lets an id pass that leads nowhere.
  if (!offering || !USERS.includes(userId)) return true
  if (!offering.open && !has('create/closed-accepted')) return false
  if (!offering.users.includes(userId) && !has('create/not-offered-accepted')) return false
  const own = state.registrations.filter(
    (row) => row.offeringId === offeringId && (row.userId === userId || has('create/blocked-by-others')),
  )
  const active = own.some(({ status }) => status === 'active')
  const completed = own.some(({ status }) => status === 'passed')
  if (active && !has('create/twice-accepted') && !(has('create/twice-on-retake') && offering.retakes)) return false
  if (
    has('create/one-course-at-a-time') &&
    state.registrations.some((row) => row.userId === userId && row.status === 'active')
  )
    return false
  const retakes = has('create/retake-refused') ? false : has('create/retake-accepted') ? true : offering.retakes
  return !completed || retakes
}

function store(
  { state, has }: Call,
  userId: string,
  offeringId: string,
  sent: Readonly<Record<string, unknown>>,
): string {
  const id = has('create/ids-reused') ? USER.replace('66', '77') : state.ids.hex()
  const status = has('create/status-from-body') && sent['status'] === 'passed' ? 'passed' : 'active'
  const row: Registration = {
    id,
    userId: has('create/stored-for-the-documented-user') ? USER : userId,
    offeringId: has('create/stored-for-the-documented-offering') ? `${OFFERING_STEM}d931` : offeringId,
    status: has('create/status-passed') ? 'passed' : status,
    createdDate: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(has('create/other-members-kept') ? { title: sent['title'], grade: sent['grade'] } : {}),
  }
  if (has('create/replaces-the-rest')) state.registrations = []
  if (has('create/touches-the-others')) {
    state.registrations = state.registrations.map((each) =>
      each.userId === userId ? each : { ...each, status: 'passed' },
    )
  }
  if (!has('create/nothing-stored')) state.registrations.push(row)
  return id
}

function created(id: string, has: Has): HttpResponse {
  const place = has('created/location-of-the-list')
    ? LIST
    : has('created/location-newer')
      ? `/api/v5/registrations/${id}`
      : has('created/location-slash')
        ? `${LIST}/${id}/`
        : `${LIST}/${has('created/location-of-another') ? '65ade781cc98d136543678191005431a' : id}`
  const location = has('created/location-missing')
    ? {}
    : { location: has('created/location-absolute') ? `https://api.digitalchalk.com${place}` : place }
  const status = has('created/is-200') ? 200 : has('created/is-202') ? 202 : has('created/is-303') ? 303 : 201
  const body = has('created/with-body') ? JSON.stringify({ id }) : has('created/empty-object') ? '{}' : ''
  return { status, headers: { 'content-type': 'application/json', ...location }, body }
}

function unavailable(has: Has): HttpResponse {
  const sentence = has('unavailable/other-words')
    ? 'Offering not available'
    : has('unavailable/full-stop')
      ? `${UNAVAILABLE}.`
      : has('unavailable/lower-case')
        ? UNAVAILABLE.toLowerCase()
        : UNAVAILABLE
  const status = has('unavailable/is-409')
    ? 409
    : has('unavailable/is-403')
      ? 403
      : has('unavailable/is-200')
        ? 200
        : 400
  if (has('unavailable/in-field-errors')) return json(status, { fieldErrors: { offeringId: sentence } })
  if (has('unavailable/errors-a-text')) return json(status, { errors: sentence })
  if (has('unavailable/errors-objects')) return json(status, { errors: [{ message: sentence }] })
  if (has('unavailable/error-singular')) return json(status, { error: sentence })
  if (has('unavailable/said-twice')) return json(status, { errors: [sentence, sentence] })
  if (has('unavailable/list-only')) return json(status, [sentence])
  return json(status, { errors: [sentence] })
}

function invalid(problems: Problems, has: Has): HttpResponse {
  const status = has('invalid/is-404') ? 404 : has('invalid/is-422') ? 422 : has('invalid/is-409') ? 409 : 400
  const isMissing = Object.values(problems).some((problem) => problem.endsWith('is no text'))
  if (has('invalid/sentence-of-unavailable')) return json(status, { errors: [UNAVAILABLE] })
  return json(status, {
    ...(has('invalid/without-field-errors') || (has('invalid/missing-without-field-errors') && isMissing)
      ? {}
      : { fieldErrors: has('invalid/field-errors-a-list') ? Object.entries(problems) : problems }),
    ...(has('invalid/without-errors') ? {} : { errors: has('invalid/errors-empty') ? [] : Object.values(problems) }),
  })
}

/* GET */

function read(call: Call, id: string): HttpResponse {
  const { state, has } = call
  const unknown = unknownToken(call)
  if (unknown && !has('auth/read-unchecked')) return unknown
  const given = has('read/ids-any-case') ? id.toLowerCase() : has('read/ids-trimmed') ? id.trim() : id
  const wanted = has('read/ids-cut') ? given.slice(0, 32) : given
  const row = state.registrations.find((kept) =>
    has('read/by-prefix') ? kept.id.startsWith(wanted) : kept.id === wanted,
  )
  const isSeeded = seededRegistrations().some((each) => each.id === row?.id)
  if (!row || (has('read/created-unknown') && !isSeeded)) return unknownRegistration(has)
  if (has('read/ends-it'))
    state.registrations = state.registrations.map((each) => (each === row ? { ...each, status: 'passed' } : each))
  const shown: Record<string, unknown> = {
    title: row.title ?? OFFERINGS.get(row.offeringId)?.title ?? 'Chalk',
    ...(row.grade === undefined ? {} : { grade: row.grade }),
    status: has('read/status-upper-case') ? row.status.toUpperCase() : row.status,
    createdDate: dateShown(row, has),
    offeringId: has('read/ids-swapped') ? row.userId : row.offeringId,
    userId: has('read/ids-swapped') ? row.offeringId : row.userId,
    id: row.id,
    ...(has('read/unset-as-null') ? { grade: null } : {}),
    ...(has('read/grade-as-text') ? { grade: '99.7' } : {}),
    ...(has('read/extra-member') ? { rowNumber: 3 } : {}),
  }
  for (const name of Object.keys(shown)) if (has(`read/${name}-missing`)) delete shown[name]
  if (has('read/is-201')) return json(201, shown)
  return json(200, has('read/in-results') ? { results: [shown] } : shown)
}

function dateShown({ createdDate }: Registration, has: Has): unknown {
  if (has('read/date-as-number')) return Date.parse(createdDate)
  if (has('read/date-only')) return createdDate.slice(0, 10)
  return has('read/date-without-zone') ? createdDate.replace('Z', '') : createdDate
}

function unknownRegistration(has: Has): HttpResponse {
  if (has('read/unknown-is-empty-200')) return json(200, {})
  if (has('read/unknown-is-null')) return json(200, null)
  if (has('read/unknown-without-body')) return { status: 404, headers: {}, body: '' }
  return refused({ status: has('read/unknown-is-400') ? 400 : 404, message: 'There is no such registration' }, has)
}

/* Answers */

function refused({ status, message, headers = {} }: Refusal, has: Has): HttpResponse {
  if (has('errors/text-not-list')) return json(status, { errors: message }, headers)
  return json(status, { errors: [message] }, headers)
}

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

function typed(response: HttpResponse, has: Has): HttpResponse {
  const { 'content-type': type, ...others } = response.headers
  if (type !== 'application/json') return response
  const ok = response.status < 300
  if (ok && has('created/without-content-type')) return { ...response, headers: others }
  const wrong = (ok && has('created/as-html')) || (!ok && has('errors/as-html'))
  if (wrong) return { ...response, headers: { ...others, 'content-type': 'text/html' } }
  if (!ok && has('errors/as-problem'))
    return { ...response, headers: { ...others, 'content-type': 'application/problem+json' } }
  return response
}
