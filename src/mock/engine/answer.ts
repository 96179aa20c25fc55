import type { Exchange } from '../handlers/handler.ts'
import type { RefusedBy } from '../handlers/refused-by.ts'

/** An answer ready for the wire. */
export interface Answer {
  readonly status: number
  /** By lower-case name; `content-type` included. */
  readonly headers: Readonly<Record<string, string>>
  /** `undefined` for an empty body. */
  readonly text: string | undefined
  /** `latin1` where each character of the text is a byte; default UTF-8. */
  readonly encoding?: 'utf8' | 'latin1' | undefined
  /** What the text says, for the journal. */
  readonly body: unknown
  readonly refusedBy: RefusedBy | undefined
  /** Why it was refused, for the person who sent the request. */
  readonly reason?: string | undefined
  /** The request as its handler saw it, for the coverage; `undefined` where it was refused before. */
  readonly exchange: Exchange | undefined
}
