import type { Interaction } from './polis-interaction.ts'
import { EARTH_RADIUS_MILES, tagged } from './polis-interaction.ts'
import type { Place, PolisUser } from './polis-user.ts'

const CUSTOMER = {
  customerId: 'cfa8df1b-baf1-446b-b06c-3177063faed7',
  securityGroupId: 'e822d07f-5972-4ff2-bc75-dbd68d6d79bf',
}
const OTHER_CUSTOMER = {
  customerId: '4be1a7c2-57d3-4c6e-9a0b-d24c9b1e7f60',
  securityGroupId: '91d3c5b8-6f0e-4a27-8e55-03b7a9c1d2e4',
}

/** The users of the three tokens. */
export const USERS: Readonly<Record<string, PolisUser>> = {
  'polis-user-a': { userId: '0651e380-d556-49bd-acdd-2bd813b16430', ...CUSTOMER },
  'polis-user-b': { userId: 'ee0c7d41-2b95-4f3a-b8d6-5a1907c4e382', ...OTHER_CUSTOMER },
  'polis-user-c': { userId: '7c1d9a52-4c1e-4f0b-9a3f-2b6d8e5f1c77', ...CUSTOMER },
}

const LOCATION = { lat: 33.43174362182617, lng: -84.18405151367188, confidence: 0 }
const DOCUMENTED_HOUSEHOLD = 'c15e3515-aabf-42da-8d1b-31679f738eae'
const DOCUMENTED_MILES = 936.2361

/** Where households lie: the documented one is due north of the documented location, as far as the page says. */
export const HOUSEHOLDS: Readonly<Record<string, Place>> = {
  [DOCUMENTED_HOUSEHOLD]: {
    lat: LOCATION.lat + (DOCUMENTED_MILES / EARTH_RADIUS_MILES) * (180 / Math.PI),
    lng: LOCATION.lng,
  },
}

/** The rows of a fresh server. */
export function seededInteractions(): Interaction[] {
  const a = { user: 'polis-user-a', campaignId: '61fbfbaa-5de8-4d17-ac2b-c47f2376265a' }
  const b = { user: 'polis-user-b', campaignId: '5d0c4e1a-8f7b-4c29-b3e6-12ab90cd34ef' }
  return [
    interaction({
      ...a,
      id: '7da76f74-7951-423a-be41-85a2551d16e7',
      day: '17',
      available: 'false',
      unavailable: true,
      at: '2019-04-22T19:43:06.475Z',
    }),
    interaction({
      ...a,
      id: '2f79b11e-e23c-4305-ba72-32d97311d053',
      day: '18',
      available: 'true',
      unavailable: false,
      at: '2019-04-22T19:45:44.659Z',
    }),
    interaction({
      ...b,
      id: 'b0a51d6e-90d5-4f0a-8f0c-0d6f5b1a7e04',
      day: '19',
      available: 'true',
      unavailable: false,
      at: '2019-04-23T08:00:00.000Z',
    }),
    interaction({
      ...b,
      id: 'b1c62e7f-a1e6-4a1b-9a1d-1e7a6c2b8f05',
      day: '20',
      available: 'false',
      unavailable: true,
      at: '2019-04-23T08:01:00.000Z',
    }),
  ]
}

interface Seed {
  readonly id: string
  readonly user: string
  readonly campaignId: string
  readonly day: string
  readonly available: string
  readonly unavailable: boolean
  readonly at: string
}

function interaction(seed: Seed): Interaction {
  const user = USERS[seed.user]
  if (user === undefined) throw new Error(`No user ${seed.user}`)
  const questions = ['9826940d-76a8-4700-8c92-5743ce7bb728', 'f386f88a-61f1-4f0d-b3d9-ba97e8238444'] as const
  return tagged({
    id: seed.id,
    data: {
      survey: {
        surveyId: '375d437b-3b47-4940-b43d-be8daec4afff',
        responses: {
          [questions[0]]: { fields: { available: seed.available }, questionId: questions[0] },
          [questions[1]]: { fields: { dogliker: 'true' }, questionId: questions[1] },
        },
      },
      distance: DOCUMENTED_MILES,
      location: LOCATION,
      contactId: '0478dbbf-b6eb-4168-afa9-5ebab6fef4b6',
      timestamp: `2018-07-${seed.day}T18:40:53.526Z`,
      campaignId: seed.campaignId,
      successful: true,
      householdId: DOCUMENTED_HOUSEHOLD,
      unavailable: seed.unavailable,
      unavailableReason: 'Come Back',
      contactHouseholdId: 'd070b1dc-9611-4f29-9300-a32160d21baa',
    },
    meta: {
      etag: '',
      created: seed.at,
      modified: seed.at,
      resource: 'interactions',
      createdBy: user.userId,
      isDeleted: false,
      modifiedBy: user.userId,
    },
    customerId: user.customerId,
    securityGroupId: user.securityGroupId,
  })
}
