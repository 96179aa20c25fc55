/**
 * Counts how many of the seeded defects the conformance suite finds, and what it says about the correct servers.
 *
 *   npx tsx lab/independent/prove.ts [api…] [--no-reset] [--only TEXT] [--full] [--verbose]
 *
 * A run ends with its first finding, and only what survives that is tried by the suite as a whole: `--full` always does.
 */
import { parseArgs } from 'node:util'
import { workflowCases } from '../../src/conform/workflows/cases.ts'
import type { Case } from '../../src/conform/case.ts'
import type { Failure } from '../../src/conform/check.ts'
import type { Finding, Report } from '../../src/conform/report/report.ts'
import { grouped } from '../../src/conform/run/findings.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { openSuite } from '../../src/conform/run/suite.ts'
import type { ApiUnderTest } from '../../src/conform/run/api-under-test.ts'
import { targetAt } from '../../src/conform/target.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import { loadSeed } from '../../src/fixtures/load.ts'
import type { Seed } from '../../src/fixtures/seed.ts'
import type { Api } from '../../src/openapi/api.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { cloudPaymentsDefects } from './cloud-payments-defects.ts'
import type { Defect, Defects } from './defects.ts'
import { dialogportalDefects } from './dialogportal-defects.ts'
import { digitalchalkDefects } from './digitalchalk-defects.ts'
import { polisDefects } from './polis-defects.ts'
import { regitDefects } from './regit-defects.ts'
import { startIndependent } from './server.ts'

const ALL: readonly Defect[] = [
  ...regitDefects,
  ...polisDefects,
  ...cloudPaymentsDefects,
  ...digitalchalkDefects,
  ...dialogportalDefects,
]

/** Servers under test at once. */
const WIDTH = 3

interface Trial {
  readonly defect: Defect
  readonly findings: readonly Finding[]
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'no-reset': { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})

const names = positionals.length > 0 ? positionals : [...new Set(ALL.map(({ api }) => api))]
for (const api of loadApis(ownSpecs, names)) await prove(api)

async function prove(api: Api): Promise<void> {
  const started = performance.now()
  const seed = loadSeed(api, ownFixtures)
  const correct = await examine(api, seed, new Set())
  const alarms = allOf(correct)
  print(`${api.name}: the correct server, ${correct.totals.requests} requests in ${seconds(correct.durationMs)}`)
  print(`  ${alarms.length} false alarms, ${correct.totals.notReached} of ${correct.totals.cases} cases not reached`)
  for (const alarm of alarms) print(`  ALARM ${describe(alarm)}`)
  if (flags.verbose) for (const { caseId, reason } of correct.notReached) print(`  not reached: ${caseId}: ${reason}`)
  const known = new Set(alarms.map(({ key }) => key))
  const trials = await inParallel(defectsOf(api), (defect) => tryOut(api, seed, defect, known))
  for (const tier of ['documented', 'assumed'] as const)
    rate(
      tier,
      trials.filter(({ defect }) => defect.tier === tier),
    )
  print(`  ${trials.length + 1} runs in ${seconds(performance.now() - started)}\n`)
}

function defectsOf(api: Api): readonly Defect[] {
  return ALL.filter((defect) => defect.api === api.name && defect.id.includes(flags.only))
}

async function tryOut(api: Api, seed: Seed, defect: Defect, known: ReadonlySet<string>): Promise<Trial> {
  const defects = new Set([defect.id])
  const isNew = ({ key }: Finding): boolean => !known.has(key)
  const isEnough = (finding: Finding): boolean =>
    isNew(finding) && (defect.tier === 'assumed' || finding.tier === 'documented')
  const first = flags.full ? [] : (await firstFindings(api, seed, defects, isEnough)).filter(isNew)
  const findings = first.length > 0 ? first : allOf(await examine(api, seed, defects)).filter(isNew)
  if (flags.verbose) for (const finding of findings.slice(0, 3)) print(`  ${defect.id} <- ${describe(finding)}`)
  return { defect, findings }
}

function allOf({ failures, assumptions, flaky }: Report): Finding[] {
  return [...failures, ...assumptions, ...flaky]
}

/** The findings up to the first one that is enough. */
async function firstFindings(
  api: Api,
  seed: Seed,
  defects: Defects,
  isEnough: (finding: Finding) => boolean,
): Promise<readonly Finding[]> {
  return onServer(api, seed, defects, async (subject) => {
    const suite = await openSuite(subject, { randomCases: 0 })
    const found: Failure[] = []
    for (const each of inOrder(suite.cases)) {
      const verdict = await suite.run(each)
      if (verdict.kind === 'failed') found.push(...verdict.failures)
      if (grouped(found).some(isEnough)) break
    }
    await suite.close()
    return grouped(found)
  })
}

/**
 * Flows tell most, so they come first. Without a reset the last of them close for good what other cases count on, and would
 * make any server look faulty: then the order of the suite is kept.
 */
function inOrder(cases: readonly Case[]): readonly Case[] {
  if (flags['no-reset']) return cases
  return cases.toSorted((one, other) => Number(other.kind === 'flow') - Number(one.kind === 'flow'))
}

async function examine(api: Api, seed: Seed, defects: Defects): Promise<Report> {
  return onServer(api, seed, defects, (subject) => runConformance([subject]))
}

async function onServer<Result>(
  api: Api,
  seed: Seed,
  defects: Defects,
  work: (subject: ApiUnderTest) => Promise<Result>,
): Promise<Result> {
  const server = await startIndependent({ apis: [api.name], defects, reset: !flags['no-reset'] })
  try {
    const target = targetAt(api, seed, server.url, { safe: false })
    return await work({ api, seed, target, more: (context) => workflowCases(context, ownSpecs) })
  } finally {
    await server.close()
  }
}

function rate(tier: Defect['tier'], trials: readonly Trial[]): void {
  const survivors = trials.filter(({ findings }) => findings.length === 0)
  const asAssumption = trials.filter(
    ({ findings }) => findings.length > 0 && !findings.some((each) => each.tier === 'documented'),
  )
  const found = trials.length - survivors.length
  const percent = trials.length === 0 ? 100 : (100 * found) / trials.length
  const also = tier === 'documented' ? `, ${asAssumption.length} of them only as an assumption` : ''
  print(`  ${tier}: ${found} of ${trials.length} defects found, ${percent.toFixed(1)} %${also}`)
  for (const { defect } of survivors) print(`    survives: ${defect.id}: ${defect.about}`)
  if (tier === 'documented') for (const { defect } of asAssumption) print(`    assumption only: ${defect.id}`)
}

function describe({ check, operation, pointer, message, tier, count, example }: Finding): string {
  return `${tier} ${check} ${operation ?? ''} ${pointer}: ${message} (${count}×, ${example.caseId})`
}

async function inParallel<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: WIDTH }, worker))
  return results
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
