import type { RefusedBy } from '../handlers/refused-by.ts'

/** A request as `GET /__mock/requests` shows it; credentials are masked. */
export interface JournalEntry {
  readonly id: number
  readonly at: string
  readonly api: string | null
  readonly operationId: string | null
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON where it is JSON, else the text; `null` for none. */
  readonly body: unknown
  /** 0 where a fault dropped the connection without an answer. */
  readonly status: number
  readonly refusedBy?: RefusedBy
  /** The id of the fault that struck. */
  readonly fault?: string
  /** The id of the override that answered. */
  readonly override?: string
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown }
}
