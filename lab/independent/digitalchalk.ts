import type { Defects } from './defects.ts'
import { json, refused, typed, unknownToken } from './digitalchalk-answers.ts'
import { create } from './digitalchalk-create.ts'
import { type Call, LIST, OFFERINGS, type Registration, seededRegistrations, type State } from './digitalchalk-seed.ts'
import type { HttpRequest, HttpResponse, IndependentApi } from './http.ts'
import { createIds } from './ids.ts'
import { type Has, type Methods, type Refusal, route } from './protocol.ts'

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
    id: has('read/another-id') ? row.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) : row.id,
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
