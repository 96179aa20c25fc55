/** What the rules of Cloud Payments are decided by. */
export type UserType = 'SUBSCRIBER' | 'COMPANY_USER' | 'SERVICE_OWNER'

export interface Person {
  readonly id: string
  readonly tenant: string
  readonly type: UserType
  readonly username: string
  readonly status: string
}

export const TENANTS: ReadonlyMap<string, string> = new Map([
  ['CBD', 'cloud-payments-key'],
  ['ACME', 'acme-key'],
])

export const TOKENS: ReadonlyMap<string, string> = new Map([
  ['cp-service-owner', '11a6f4c2-0d51-4e0c-9a50-5d1f6a3b7c01'],
  ['cp-company-user', '22b7e5d3-1e62-4f1d-8b61-6e2a7b4c8d02'],
  ['cp-consumer', '33c8f6e4-2f73-402e-9c72-7f3b8c5d9e03'],
])

/** The persons a fresh server knows. */
export function seededPeople(): Map<string, Person> {
  const rows: readonly (readonly [id: string, tenant: string, type: UserType, username: string])[] = [
    ['11a6f4c2-0d51-4e0c-9a50-5d1f6a3b7c01', 'CBD', 'SERVICE_OWNER', 'seedowner'],
    ['22b7e5d3-1e62-4f1d-8b61-6e2a7b4c8d02', 'CBD', 'COMPANY_USER', 'seedcompany'],
    ['33c8f6e4-2f73-402e-9c72-7f3b8c5d9e03', 'CBD', 'SUBSCRIBER', 'seedconsumer'],
    ['156c96ab-31f6-4619-a6cc-33a9f812a23b', 'CBD', 'SUBSCRIBER', 'seedperson'],
    ['44d907f5-3084-413f-8d83-804c9d6eaf04', 'ACME', 'SUBSCRIBER', 'seedacme'],
  ]
  return new Map(rows.map(([id, tenant, type, username]) => [id, { id, tenant, type, username, status: 'A' }]))
}
