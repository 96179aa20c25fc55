import type { Case } from '../conform/case.ts'
import type { CheckId, Failure, Tier } from '../conform/check.ts'
import { keyOf } from '../conform/run/findings.ts'
import type { Suite } from '../conform/run/suite.ts'
import type { SeededDefect } from './defect.ts'

/** What the suite makes of one defect. */
export interface Trial {
  readonly id: string
  readonly api: string
  /** `undefined` where it concerns the whole API. */
  readonly operation?: string | undefined
  readonly operator: string
  readonly tier: Tier
  readonly outcome: Outcome
  /** The checks that raised something, and as what. */
  readonly raised: readonly Raised[]
  /** The case that has found it; `undefined` where none has. */
  readonly foundBy?: string
  /** How often the server has done something wrong: never, if no case provokes it. */
  readonly wrongs: number
  readonly cases: number
  readonly durationMs: number
}

interface Raised {
  readonly check: CheckId
  readonly tier: Tier
  readonly caseId: string
}

/**
 * `found`: an expected check raised it, a documented promise as one. `unexpected`: only other checks did. `as-assumption`: a
 * broken promise is taken for an assumption that the server does not share. `survived`: nothing did.
 */
type Outcome = 'found' | 'unexpected' | 'as-assumption' | 'survived'

/** What has to be known of a defect to look for it. */
export type Wanted = Pick<SeededDefect, 'tier' | 'operation'> & {
  readonly id?: string
  readonly expected?: readonly CheckId[]
}

/** What earlier trials tell about which cases to try first. */
export interface Experience {
  /** The case that found a defect in an earlier run, by the id of the defect. */
  readonly likely: ReadonlyMap<string, string>
  /** How many defects a case has found in this run. */
  readonly found: Map<Case, number>
}

/** Plays the likeliest cases first, and no more than it takes. What the server is known for without the defect tells nothing. */
export async function search(
  suite: Suite,
  wanted: Wanted,
  experience: Experience = { likely: new Map(), found: new Map() },
  known: ReadonlySet<string> = new Set(),
): Promise<Pick<Trial, 'outcome' | 'raised' | 'foundBy' | 'cases' | 'durationMs'>> {
  const started = performance.now()
  const raised: Raised[] = []
  let cases = 0
  let foundBy: string | undefined
  for (const each of likeliestFirst(suite.cases, wanted, experience)) {
    cases++
    const verdict = await suite.run(each)
    if (verdict.kind !== 'failed') continue
    const failures = verdict.failures.filter((failure) => !known.has(keyOf(failure)))
    raised.push(...failures.map(({ check, tier, caseId }: Failure) => ({ check, tier, caseId })))
    if (outcomeOf(wanted, raised) !== 'found') continue
    experience.found.set(each, (experience.found.get(each) ?? 0) + 1)
    foundBy = each.id
    break
  }
  return {
    outcome: outcomeOf(wanted, raised),
    raised: distinct(raised),
    ...(foundBy !== undefined && { foundBy }),
    cases,
    durationMs: performance.now() - started,
  }
}

function likeliestFirst(cases: readonly Case[], { id, operation, expected }: Wanted, experience: Experience): Case[] {
  const likely = experience.likely.get(id ?? '')
  const rank = (each: Case): number => {
    if (each.id === likely) return -1
    const own = each.operation?.id === operation ? 0 : 2
    return own + (expected === undefined || each.checks.some((check) => expected.includes(check)) ? 0 : 1)
  }
  const ranked = cases.map((each) => ({ each, rank: rank(each), found: experience.found.get(each) ?? 0 }))
  return ranked.toSorted((one, other) => one.rank - other.rank || other.found - one.found).map(({ each }) => each)
}

function outcomeOf({ tier, expected }: Wanted, raised: readonly Raised[]): Outcome {
  if (raised.length === 0) return 'survived'
  const believed = tier === 'assumed' ? raised : raised.filter((each) => each.tier === 'documented')
  if (believed.length === 0) return 'as-assumption'
  return expected === undefined || believed.some(({ check }) => expected.includes(check)) ? 'found' : 'unexpected'
}

function distinct(raised: readonly Raised[]): Raised[] {
  return raised.filter(
    (each, index) => raised.findIndex(({ check, tier }) => check === each.check && tier === each.tier) === index,
  )
}
