import type {
  Authentication,
  Credential,
  ErrorBody,
  Handler,
  LocatedError,
  Refusal,
  RequestHead,
  Rules,
} from '../../mock/handlers/handler.ts'
import { refuse, reply } from '../../mock/handlers/handler.ts'
import type { Operation } from '../../openapi/api.ts'
import type { Row } from '../../store/collection.ts'
import type { State } from '../../store/state.ts'
import { unusedKey } from '../../store/unused-key.ts'

interface RegistrationRequest {
  readonly userId: string
  readonly offeringId: string
}

interface Offering {
  readonly id: string
  readonly title: string
  readonly open: boolean
  readonly retakesAllowed: boolean
  /** The users whom it is offered to; `undefined` means everybody. */
  readonly audience?: readonly string[]
}

const REGISTRATIONS = '/dc/api/v5/registrations'

/** The page's own words, the same for every reason. */
const NOT_AVAILABLE = 'This offering is not available for registration for the given user'

const createRegistration: Handler = ({ body, state }) => {
  // The schema of the operation has approved the body.
  const { userId, offeringId } = body as RegistrationRequest
  const user = state.collection('users').get(userId)
  const offering = offeringAt(state, offeringId)
  if (!user || !offering) return invalidIds(!user, !offering)
  if (!isAvailable(state, offering, userId)) return refuse(400, NOT_AVAILABLE)
  const id = register(state, offering, userId)
  return reply(201, undefined, { location: `${REGISTRATIONS}/${id}`, 'content-type': 'application/json' })
}

const getRegistration: Handler = ({ path, state }) => {
  const registration = state.collection('registrations').get(String(path['id']))
  return registration ? reply(200, registration) : refuse(404, 'There is no registration with this id')
}

function offeringAt(state: State, id: string): Offering | undefined {
  // Rows were checked against `x-collections` when they came in.
  return state.collection('offerings').get(id) as unknown as Offering | undefined
}

function invalidIds(userIsUnknown: boolean, offeringIsUnknown: boolean): Refusal {
  const fieldErrors = {
    ...(userIsUnknown && { userId: 'userId does not refer to an existing user' }),
    ...(offeringIsUnknown && { offeringId: 'offeringId does not refer to an existing offering' }),
  }
  return refuse(400, Object.values(fieldErrors).join('; '), { details: { fieldErrors } })
}

function isAvailable(state: State, offering: Offering, userId: string): boolean {
  if (!offering.open || offering.audience?.includes(userId) === false) return false
  const earlier = state.collection('registrations').find({ where: { '/userId': userId, '/offeringId': offering.id } })
  if (earlier.some(isActive)) return false
  return offering.retakesAllowed || !earlier.some(isCompleted)
}

function isActive(registration: Row): boolean {
  return registration['status'] === 'active'
}

function isCompleted(registration: Row): boolean {
  return registration['status'] === 'passed' || registration['status'] === 'failed'
}

function register(state: State, offering: Offering, userId: string): string {
  const registrations = state.collection('registrations')
  const id = unusedKey(registrations, () => state.ids.hex('registrations', 32))
  registrations.put({
    id,
    userId,
    offeringId: offering.id,
    title: offering.title,
    status: 'active',
    createdDate: toSeconds(state.clock.iso()),
  })
  return id
}

/** The vendor writes dates without fractions of a second. */
function toSeconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z')
}

/** No header is fine; one that is sent has to carry a known token. */
function authenticate(_operation: Operation, request: RequestHead, state: State): Authentication {
  const sent = request.headers['authorization']
  if (sent === undefined) return { kind: 'authenticated', credential: undefined }
  const token = /^bearer +(\S+)$/i.exec(String(sent))?.[1]
  const credential = token === undefined ? undefined : credentialWith(state, token)
  if (credential) return { kind: 'authenticated', credential }
  const message =
    token === undefined ? 'The header Authorization holds no bearer token' : 'The access token is not known'
  return { kind: 'refusal', by: 'security', status: 401, message, headers: { 'www-authenticate': 'Bearer' } }
}

function credentialWith(state: State, token: string): Credential | undefined {
  return workingCredentials(state).find(({ headers }) => headers['authorization'] === `Bearer ${token}`)
}

function workingCredentials(state: State): readonly Credential[] {
  // Rows of `credentials` were checked to be credentials when they came in.
  const rows = [...state.collection('credentials').all()] as unknown as Credential[]
  return rows.filter((row) => row['revoked'] !== true)
}

function errorBody(refusal: Refusal): ErrorBody {
  if (refusal.status === 401) return { body: { error: 'invalid_token', error_description: refusal.message } }
  const fieldErrors = refusal.errors ? brokenFields(refusal.errors) : refusal.details?.['fieldErrors']
  if (!isFilled(fieldErrors)) return { body: { errors: [refusal.message] } }
  return { body: { errors: Object.values(fieldErrors), fieldErrors } }
}

function isFilled(fieldErrors: unknown): fieldErrors is Readonly<Record<string, string>> {
  return typeof fieldErrors === 'object' && fieldErrors !== null && Object.keys(fieldErrors).length > 0
}

/** The first thing that is wrong with each property of the body. */
function brokenFields(errors: readonly LocatedError[]): Readonly<Record<string, string>> {
  const broken = new Map<string, string>()
  for (const error of errors) {
    const field = error.name.slice(1)
    if (field !== '' && !broken.has(field)) broken.set(field, `${field} ${complaint(error)}`)
  }
  return Object.fromEntries(broken)
}

function complaint({ keyword, message }: LocatedError): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'type':
      return 'must be a string'
    case 'minLength':
      return 'must not be empty'
    default:
      return message
  }
}

/** DigitalChalk: who may be registered for what, and the vendor's error format. */
export const rules: Rules = {
  handlers: { createRegistration, getRegistration },
  authenticate,
  errorBody,
  credentials: workingCredentials,
}
