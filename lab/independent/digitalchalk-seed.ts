import type { HttpRequest } from './http.ts'
import type { Ids } from './ids.ts'
import type { Has } from './protocol.ts'

export interface Registration {
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

export interface State {
  registrations: Registration[]
  ids: Ids
}

export interface Call {
  readonly request: HttpRequest
  readonly has: Has
  readonly state: State
}

export const LIST = '/dc/api/v5/registrations'

export const UNAVAILABLE = 'This offering is not available for registration for the given user'

export const USER = '6629aeada89133acedfad6d7d110123d'

const OTHER_USER = '6629aeada89133acedfad6d7d1101240'

export const USERS = [USER, OTHER_USER]

export const OFFERING_STEM = '89cd2eada89133acedfad6d766a2'

export const OFFERINGS: ReadonlyMap<string, Offering> = new Map([
  [`${OFFERING_STEM}d931`, { title: 'Chalk for beginners', open: true, retakes: false, users: USERS }],
  [`${OFFERING_STEM}d932`, { title: 'Chalk in winter', open: false, retakes: false, users: USERS }],
  [`${OFFERING_STEM}d933`, { title: 'Chalk once', open: true, retakes: false, users: USERS }],
  [`${OFFERING_STEM}d934`, { title: 'Chalk again', open: true, retakes: true, users: USERS }],
  [`${OFFERING_STEM}d935`, { title: 'Chalk for others', open: true, retakes: false, users: [OTHER_USER] }],
])

export function seededRegistrations(): Registration[] {
  return [
    registration('65ade781cc98d136543678191005431a', OTHER_USER, 'd935', 'active'),
    registration('65ade781cc98d1365436781910054b33', USER, 'd933', 'passed'),
    registration('65ade781cc98d1365436781910054b34', USER, 'd934', 'passed'),
  ]
}

function registration(id: string, userId: string, offering: string, status: Registration['status']): Registration {
  return { id, userId, offeringId: `${OFFERING_STEM}${offering}`, status, createdDate: '2012-03-01T06:03:10Z' }
}
