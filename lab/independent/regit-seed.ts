import type { Json } from './json.ts'

/** The kinds of fields that the seeded forms have, by the names of the data reference. */
type FieldType = 'textbox' | 'location' | 'date' | 'smartinput' | 'address' | 'doc'

/** One field of the form of an interaction. */
export interface FormField {
  readonly path: string
  readonly title: string
  readonly type: FieldType
  readonly optional: boolean
}

/** What somebody may take part in. */
export interface RegitInteraction {
  readonly form: readonly FormField[]
  readonly isHandshake: boolean
}

/** Somebody may act for somebody else. */
export interface Delegation {
  readonly fromAccountId: string
  readonly toAccountId: string
  readonly status: 'accepted' | 'pending'
}

/** Everything that calls change. */
export interface RegitState {
  /** `<interaction> <account>` of those who take part. */
  readonly participations: Set<string>
  /** Current values by account and path. */
  readonly vaults: Map<string, Map<string, Json>>
  /** `<filePath>/<fileName>` of what was uploaded. */
  readonly documents: Set<string>
}

const [A, B, C] = [
  'f8b00a20-e88d-4a0f-a0f2-3c07f896b2b7',
  'c52283cf-c77b-4433-ad69-9e8bc6451aa9',
  'efbfae6c-b935-43cb-878c-dbea7166c78f',
] as const

/** The accounts behind the tokens. */
export const ACCOUNTS: ReadonlyMap<string, string> = new Map([
  ['regit-user-a', A],
  ['regit-user-b', B],
  ['regit-user-c', C],
])

export const DELEGATIONS: ReadonlyMap<string, Delegation> = new Map([
  ['5a67f16305100b0504add001', { fromAccountId: C, toAccountId: B, status: 'accepted' }],
  ['5a67f16305100b0504add002', { fromAccountId: C, toAccountId: B, status: 'pending' }],
])

const required = (path: string, title: string, type: FieldType): FormField => ({ path, title, type, optional: false })

export const INTERACTIONS: ReadonlyMap<string, RegitInteraction> = new Map([
  [
    '5a1b913005100b5104fd7dbf',
    {
      isHandshake: false,
      form: [
        required('.basicInformation.firstName', 'Given name', 'textbox'),
        required('.contact.home', 'Telephone at home', 'textbox'),
        required('.governmentID.birthCertificate.location', 'Born in', 'location'),
        required('.governmentID.passportID.expiryDate', 'Passport valid until', 'date'),
        required('.others.body.type', 'Build', 'smartinput'),
        required('.address.billingAddress.address', 'Bills go to', 'address'),
        { path: '.governmentID.passportID.photo', title: 'Picture of the passport', type: 'doc', optional: true },
      ],
    },
  ],
  ['5a4b73c005100b20109c5c0c', voluntary(false, '.basicInformation.lastName')],
  ['5a6c40d005100b3a5c0de101', voluntary(true, '.contact.office')],
  ['5a6c40d005100b3a5c0de102', voluntary(true, '.contact.office')],
])

function voluntary(isHandshake: boolean, path: string): RegitInteraction {
  return { isHandshake, form: [{ path, title: 'Whatever you like to tell', type: 'textbox', optional: true }] }
}

/** Handshakes that ended for an account; they cannot be taken up again. */
export const TERMINATED: ReadonlySet<string> = new Set([`5a6c40d005100b3a5c0de102 ${C}`])

/** The state of a fresh server. */
export function seededState(): RegitState {
  const vault = (phone: string): Map<string, Json> =>
    new Map<string, Json>([
      ['.basicInformation.firstName', 'Chris'],
      ['.contact.home', phone],
      ['.governmentID.birthCertificate.location', { country: 'Spain', city: 'Ibiza' }],
      ['.governmentID.passportID.expiryDate', '2018-06-30'],
      ['.others.body.type', ['Slim', 'Tall']],
      ['.address.billingAddress.address', 'Where bills went before'],
    ])
  return {
    participations: new Set([`5a4b73c005100b20109c5c0c ${C}`, `5a6c40d005100b3a5c0de101 ${C}`]),
    vaults: new Map([
      [A, vault('84900000001')],
      [B, vault('84900000002')],
      [C, vault('84900000003')],
    ]),
    documents: new Set(),
  }
}
