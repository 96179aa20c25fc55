import { json, refused, unknownToken } from './digitalchalk-answers.ts'
import {
  type Call,
  LIST,
  OFFERING_STEM,
  OFFERINGS,
  type Registration,
  type State,
  UNAVAILABLE,
  USER,
  USERS,
} from './digitalchalk-seed.ts'
import type { HttpResponse } from './http.ts'
import { type Has, headerOf, objectOf, readJson } from './protocol.ts'

export async function create(call: Call): Promise<HttpResponse> {
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
