import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const CUSTOMER = 'cfa8df1b-baf1-446b-b06c-3177063faed7'
export const ROWS_PER_CAMPAIGN = 100

export interface Interaction {
  readonly id: string
  readonly data: { readonly campaignId: string; readonly [attribute: string]: unknown }
  readonly meta: { readonly [attribute: string]: unknown }
  readonly customerId: string
  readonly securityGroupId: string
}

const fixture = fileURLToPath(new URL('../fixtures/polis/interactions.json', import.meta.url))
const [model] = JSON.parse(readFileSync(fixture, 'utf8')) as [Interaction]

/** The n-th UUID of a kind, the same in every process. */
export function uuid(kind: string, n: number): string {
  const hex = createHash('sha256').update(`${kind}/${n}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Rows of the documented shape, a hundred to a campaign, so that a filtered list has as much to find in a small table as in a large one. */
export function interactions(count: number): Interaction[] {
  return Array.from({ length: count }, (_, n) => ({
    ...model,
    id: uuid('interaction', n),
    data: {
      ...model.data,
      campaignId: uuid('campaign', Math.floor(n / ROWS_PER_CAMPAIGN)),
      contactId: uuid('contact', n),
    },
  }))
}

/** The body of the documented POST. */
export function newInteraction(): Record<string, unknown> {
  const { distance: _, ...data } = model.data
  return data
}
