/** What a step of a client's story found; throws with what was asked for and what came. */
export function equal(what: string, got: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(got), JSON.stringify(wanted)]
  if (one !== other) throw new Error(`${what}: ${other} was expected, ${one} came`)
}

export const ids = {
  interaction: '7da76f74-7951-423a-be41-85a2551d16e7',
  campaign: '61fbfbaa-5de8-4d17-ac2b-c47f2376265a',
  form: '5a1b913005100b5104fd7dbf',
  left: '5a4b73c005100b20109c5c0c',
  person: '156c96ab-31f6-4619-a6cc-33a9f812a23b',
  registration: '65ade781cc98d136543678191005431a',
  user: '6629aeada89133acedfad6d7d110123d',
  offering: '89cd2eada89133acedfad6d766a2d931',
} as const

export const visit = {
  campaignId: ids.campaign,
  contactId: '0478dbbf-b6eb-4168-afa9-5ebab6fef4b6',
  householdId: 'c15e3515-aabf-42da-8d1b-31679f738eae',
  contactHouseholdId: 'd070b1dc-9611-4f29-9300-a32160d21baa',
  timestamp: '2018-07-17T18:40:53.526Z',
  survey: { surveyId: '375d437b-3b47-4940-b43d-be8daec4afff' },
  unavailable: false,
}

export const person = {
  firstName: 'James',
  lastName: 'Smith',
  password: 'jsmith@1234',
  timeZoneFormatted: 'America/Denver' as const,
}

export const fields = [
  { source: 'vaultCurrentValue' as const, path: '.basicInformation.firstName', value: 'Chris' },
  { source: 'newValue' as const, path: '.contact.home', value: '84909090909' },
  {
    source: 'vaultCurrentValue' as const,
    path: '.governmentID.birthCertificate.location',
    value: { country: 'Spain', city: 'Ibiza' },
  },
  { source: 'newValue' as const, path: '.governmentID.passportID.expiryDate', value: '2019-01-01T00:00:00.000Z' },
  { source: 'newValue' as const, path: '.others.body.type', value: ['Slim', 'Tall'] },
  { source: 'newValue' as const, path: '.address.billingAddress.address', value: 'New Billing Address' },
]

export const voucher = {
  transactionTypeID: 22,
  transactionDate: '2013-03-25T09:40:22.418Z',
  value: 1,
  reference: 'RegisterSomeVoucherID',
}

export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` }
}
