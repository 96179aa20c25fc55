import { conformanceSuite, openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { cloudPaymentsDefects } from '../independent/cloud-payments-defects.ts'
import type { Defect } from '../independent/defects.ts'
import { dialogportalDefects } from '../independent/dialogportal-defects.ts'
import { digitalchalkDefects } from '../independent/digitalchalk-defects.ts'
import { polisDefects } from '../independent/polis-defects.ts'
import { regitDefects } from '../independent/regit-defects.ts'
import { startIndependent } from '../independent/server.ts'
import { describeFinding, type Hearing } from './alarms.ts'
import type { Prover } from '../../src/prove/prover.ts'
import { search } from '../../src/prove/trial.ts'
import { createExperience } from './trial.ts'

const all: readonly Defect[] = [
  ...polisDefects,
  ...regitDefects,
  ...cloudPaymentsDefects,
  ...digitalchalkDefects,
  ...dialogportalDefects,
]

/** The suite of one API before a second implementation, written from the text alone, with mistakes in its code. */
export async function openIndependentProver(api: string): Promise<Prover> {
  const defects = new Map(all.filter((each) => each.api === api).map((each) => [each.id, each]))
  const server = await startIndependent({ apis: [api], defects: new Set(), reset: true })
  const suite = await conformanceSuite({ api, baseUrl: server.url, randomCases: 0 })
  const experience = createExperience('independent')
  const operations = new Set(suite.cases.flatMap(({ operation }) => operation?.id ?? []))
  return {
    ids: [...defects.keys()],
    prove: async (id) => {
      const { tier } = defects.get(id) as Defect
      await server.become(new Set([id]))
      return {
        id,
        api,
        operator: 'independent',
        tier,
        wrongs: Number.NaN,
        ...(await search(suite, { id, tier, operation: operationIn(id, operations) }, experience)),
      }
    },
    close: async () => {
      await suite.close()
      await server.close()
    },
  }
}

/** The operation that the middle of an id such as `polis/list/limit-ignored` speaks of, if it speaks of one. */
function operationIn(id: string, operations: ReadonlySet<string>): string | undefined {
  const group = id.split('/')[1]?.toLowerCase() ?? ''
  const speaks = [...operations].filter((each) => each.toLowerCase().includes(group))
  return speaks.find((each) => each.toLowerCase().startsWith(group)) ?? speaks[0]
}

/** Whether the second implementation, which is correct, may be set back to its seed or not. */
export async function hearIndependent(api: string, reset: boolean): Promise<Hearing> {
  const server = await startIndependent({ apis: [api], defects: new Set(), reset })
  try {
    const report = await runConformance(openApisUnderTest([api], { baseUrl: server.url }), { randomCases: 2 })
    const { cases, notReached } = report.totals
    const alarms = [...report.failures, ...report.assumptions, ...report.flaky].map(describeFinding)
    const variant = `the second implementation${reset ? '' : ', which cannot be set back'}`
    return { api, variant, alarms, cases, notReached, durationMs: report.durationMs }
  } finally {
    await server.close()
  }
}
