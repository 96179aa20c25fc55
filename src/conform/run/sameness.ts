import type { Answer } from '../transport/exchange.ts'

/** What came back for the requests of one operation, as far as it is needed to see that it was always the same. */
export interface Sameness {
  requests: number
  /** Two at most: then they differ. */
  readonly answers: Set<string>
}

/** Takes down an answer: of an error its status, of a success its body, too. */
export function noteSameness(known: Map<string, Sameness>, operation: string, answer: Answer): void {
  const same = known.get(operation) ?? { requests: 0, answers: new Set<string>() }
  same.requests++
  if (same.answers.size < 2) same.answers.add(identityOf(answer))
  known.set(operation, same)
}

/** Two answers with one identity tell the same. */
export function identityOf({ status, text }: Answer): string {
  return status >= 300 ? String(status) : `${status} ${text.slice(0, 500)}`
}
