import type { PactFileInteraction } from './contract-file.ts'
import type { VerifiedInteraction } from './verified-interaction.ts'

/** For a server that can't be reset: what reads or is refused comes before what changes rows. */
export function changesLast(interactions: readonly PactFileInteraction[]): PactFileInteraction[] {
  return interactions.toSorted((one, other) => Number(changes(one)) - Number(changes(other)))
}

/**
 * Once a row of such a server was changed, a difference may come from that change: it is told as skipped, not as a failure.
 * The results are in the order in which they were played.
 */
export function skipAfterWrites(
  interactions: readonly PactFileInteraction[],
  results: readonly VerifiedInteraction[],
): VerifiedInteraction[] {
  const changing = new Set(interactions.filter(changes).map(({ description }) => description))
  const first = results.findIndex(({ description, verdict }) => changing.has(description) && verdict === 'passed')
  return results.map((result, index) =>
    first < 0 || index <= first || result.verdict === 'passed' || !changing.has(result.description)
      ? result
      : { ...result, verdict: 'skipped', reasons: [REASON, ...result.reasons] },
  )
}

const REASON = "an interaction before it has changed rows, and the server can't be reset"

function changes({ request, response }: PactFileInteraction): boolean {
  return response.status < 300 && !['GET', 'HEAD'].includes(request.method.toUpperCase())
}
