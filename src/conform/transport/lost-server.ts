import type { Exchanged } from './exchange.ts'

/** Code of the request after which the server was gone. */
export const DIED = 'EDIED'

/** Code of a request that was not sent any more, since there is no server to send it to. */
export const GONE = 'EGONE'

export function hasDied({ outcome }: Exchanged): boolean {
  return outcome.kind === 'no-answer' && outcome.code === DIED
}

export function isGone({ outcome }: Exchanged): boolean {
  return outcome.kind === 'no-answer' && outcome.code === GONE
}
