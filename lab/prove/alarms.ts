import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import type { Finding } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { createUnderstudy } from '../../src/index.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import { loadSeed } from '../../src/fixtures/load.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { openGateway } from '../../src/prove/gateway.ts'
import { gatherMaterial } from '../../src/prove/samples.ts'
import type { CorrectVariant } from './variants.ts'

/** What the suite says about a correct server. */
export interface Hearing {
  readonly api: string
  readonly variant: string
  /** Whatever it raised; nothing, if it is as good as it is to be. */
  readonly alarms: readonly string[]
  readonly cases: number
  readonly notReached: number
  readonly durationMs: number
}

/** Runs the whole suite of an API against a correct variant. */
export async function hear(name: string, variant: CorrectVariant): Promise<Hearing> {
  const started = performance.now()
  const [api] = loadApis(ownSpecs, [name])
  if (!api) throw new Error(`There is no API ${name}`)
  const mock = await createUnderstudy({ apis: [name], journalEntries: 0, ...variant.mock })
  const gateway = await openGateway(mock, api, { ...variant.options, hidden: variant.hidden ?? false })
  try {
    if (variant.create) gateway.behave(variant.create(await gatherMaterial(mock, api, loadSeed(api, ownFixtures))))
    const report = await runConformance(openApisUnderTest([name], { baseUrl: gateway.url }), { randomCases: 2 })
    const notes = variant.mayBeNoted ? [] : report.assumptions
    const alarms = [...report.failures, ...notes, ...report.flaky].map(describeFinding)
    const { cases, notReached } = report.totals
    return { api: name, variant: variant.name, alarms, cases, notReached, durationMs: performance.now() - started }
  } finally {
    await gateway.close()
    await mock.close()
  }
}

/** One line about a finding. */
export function describeFinding({ check, tier, message, example }: Finding): string {
  return `${check} (${tier}) in ${example.caseId}: ${message}; got ${example.got.slice(0, 200)}`
}
