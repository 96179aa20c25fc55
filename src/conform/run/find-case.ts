import { UnderstudyError } from '../../errors.ts'
import { planCases } from '../cases/cases-for.ts'
import { createContext } from '../context.ts'
import type { ApiUnderTest, RunOptions } from './api-under-test.ts'
import { RANDOM_CASES } from './open-session.ts'

const NEAREST = 5

/** The API that has the case with this id. Throws USAGE with the nearest ids where none has. */
export function apiWithCase(
  apisUnderTest: readonly ApiUnderTest[],
  caseId: string,
  options: Pick<RunOptions, 'seed' | 'randomCases'>,
): ApiUnderTest {
  const ids = new Map<string, ApiUnderTest>()
  for (const each of apisUnderTest) {
    const context = createContext(each.api, each.seed, each.target, options.seed)
    const { cases } = planCases(context, options.randomCases ?? RANDOM_CASES, each.more?.(context))
    for (const { id } of cases) ids.set(id, each)
  }
  const found = ids.get(caseId)
  if (found) return found
  const nearest = nearestTo(caseId, [...ids.keys()])
  throw new UnderstudyError(
    'USAGE',
    `there is no case ${JSON.stringify(caseId)}; the nearest are:\n${nearest.map((id) => `  ${id}`).join('\n')}`,
    '--case',
  )
}

/** Those that share most pairs of characters with the text (Sørensen and Dice). */
function nearestTo(text: string, ids: readonly string[]): string[] {
  const wanted = pairsOf(text)
  const rank = (id: string): number => {
    const pairs = pairsOf(id)
    return (2 * [...pairs].filter((pair) => wanted.has(pair)).length) / (pairs.size + wanted.size || 1)
  }
  return ids
    .map((id) => ({ id, rank: rank(id) }))
    .toSorted((one, other) => other.rank - one.rank)
    .slice(0, NEAREST)
    .map(({ id }) => id)
}

function pairsOf(text: string): Set<string> {
  const lower = text.toLowerCase()
  return new Set(Array.from({ length: Math.max(0, lower.length - 1) }, (_, at) => lower.slice(at, at + 2)))
}
