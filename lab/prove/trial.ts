import { conformanceSuite } from '../../src/conform/conformance-suite.ts'
import type { Case } from '../../src/conform/case.ts'
import type { CheckId, Failure, Tier } from '../../src/conform/check.ts'
import type { Suite } from '../../src/conform/run/suite.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import { loadSeed } from '../../src/fixtures/load.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { defectsOf } from './catalogue.ts'
import type { SeededDefect } from './defect.ts'
import { openGateway, type Gateway } from './gateway.ts'
import type { Part } from './part.ts'
import { likelyCases } from './likely.ts'
import { gatherMaterial } from './samples.ts'

/** What the suite makes of one defect. */
export interface Trial {
  readonly id: string
  readonly api: string
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

/** The suite of one API before a server whose defect can be exchanged. */
export interface Prover {
  /** The ids of the defects that it can have. */
  readonly ids: readonly string[]
  /** Runs the suite until the defect is found as it is to be. */
  prove(id: string): Promise<Trial>
  close(): Promise<void>
}

/** Starts a mock, the gateway before it and the suite of one API. */
export async function openProver(name: string): Promise<Prover> {
  const [api] = loadApis(ownSpecs, [name])
  if (!api) throw new Error(`There is no API ${name}`)
  const mock = await createUnderstudy({ apis: [name], listen: false, journalEntries: 0 })
  const defects = await defectsOf(mock, await gatherMaterial(mock, api, loadSeed(api, ownFixtures)))
  const gateway = await openGateway(mock, api)
  const suite = await conformanceSuite({ api: name, baseUrl: gateway.url, randomCases: 0 })
  const context: Context = { mock, gateway, suite, experience: createExperience('seeded') }
  const byId = new Map(defects.map((each) => [each.id, each]))
  return {
    ids: [...byId.keys()],
    prove: (id) => prove(context, byId.get(id) as SeededDefect),
    close: async () => {
      await suite.close()
      await gateway.close()
      await mock.close()
    },
  }
}

interface Context {
  readonly mock: Understudy
  readonly gateway: Gateway
  readonly suite: Suite
  readonly experience: Experience
}

async function prove({ mock, gateway, suite, experience }: Context, defect: SeededDefect): Promise<Trial> {
  mock.reset()
  gateway.behave(defect.create())
  try {
    const found = await search(suite, defect, experience)
    return {
      id: defect.id,
      api: defect.api,
      operator: defect.operator,
      tier: defect.tier,
      ...found,
      wrongs: gateway.wrongs,
    }
  } finally {
    gateway.behave(undefined)
  }
}

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

export function createExperience(part: Part): Experience {
  return { likely: likelyCases(part), found: new Map() }
}

/** Plays the likeliest cases first, and no more than it takes. */
export async function search(
  suite: Suite,
  wanted: Wanted,
  experience: Experience = { likely: new Map(), found: new Map() },
): Promise<Pick<Trial, 'outcome' | 'raised' | 'foundBy' | 'cases' | 'durationMs'>> {
  const started = performance.now()
  const raised: Raised[] = []
  let cases = 0
  let foundBy: string | undefined
  for (const each of likeliestFirst(suite.cases, wanted, experience)) {
    cases++
    const verdict = await suite.run(each)
    if (verdict.kind !== 'failed') continue
    raised.push(...verdict.failures.map(({ check, tier, caseId }: Failure) => ({ check, tier, caseId })))
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
