import type { Exchanged } from '../transport/transport.ts'

/** The body of an answer as JSON, `undefined` when there is none or it is something else. */
export function jsonOf(exchanged: Exchanged): unknown {
  if (exchanged.outcome.kind !== 'answer' || exchanged.outcome.text === '') return undefined
  try {
    return JSON.parse(exchanged.outcome.text)
  } catch {
    return undefined
  }
}
