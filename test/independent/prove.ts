/**
 * Counts how many of the seeded defects the conformance suite finds, and what it says about the correct servers.
 *
 *   npx tsx test/independent/prove.ts [api…] [--no-reset] [--only TEXT] [--verbose]
 */
import { parseArgs } from 'node:util'
import { workflowCases } from '../../src/contract/arazzo/cases.ts'
import type { Finding, Report } from '../../src/contract/report.ts'
import { runConformance, type Subject } from '../../src/contract/run/run.ts'
import { targetAt } from '../../src/contract/target.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import { loadSeed } from '../../src/seed/load.ts'
import type { Seed } from '../../src/seed/seed.ts'
import type { Api } from '../../src/spec/api.ts'
import { loadApis } from '../../src/spec/load.ts'
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
const WIDTH = 4

interface Trial {
  readonly defect: Defect
  readonly findings: readonly Finding[]
  readonly flaky: readonly Finding[]
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'no-reset': { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
  },
})

const names = positionals.length > 0 ? positionals : [...new Set(ALL.map(({ api }) => api))]
for (const api of loadApis(ownSpecs, names)) await prove(api)

async function prove(api: Api): Promise<void> {
  const started = performance.now()
  const seed = await loadSeed(api, ownFixtures)
  const correct = await examine(api, seed, new Set())
  const alarms = [...correct.failures, ...correct.assumptions, ...correct.flaky]
  print(`${api.name}: the correct server, ${correct.totals.requests} requests in ${seconds(correct.durationMs)}`)
  print(`  ${alarms.length} false alarms, ${correct.totals.notReached} of ${correct.totals.cases} cases not reached`)
  for (const alarm of alarms) print(`  ALARM ${describe(alarm)}`)
  if (flags.verbose) for (const { caseId, reason } of correct.notReached) print(`  not reached: ${caseId}: ${reason}`)
  const known = new Set(alarms.map(({ key }) => key))
  const trials = await inParallel(defectsOf(api), (defect) => tryOut(api, seed, defect, known))
  for (const tier of ['documented', 'assumed'] as const) rate(tier, trials.filter(({ defect }) => defect.tier === tier))
  print(`  ${trials.length + 1} runs in ${seconds(performance.now() - started)}\n`)
}

function defectsOf(api: Api): readonly Defect[] {
  return ALL.filter((defect) => defect.api === api.name && defect.id.includes(flags.only))
}

async function tryOut(api: Api, seed: Seed, defect: Defect, known: ReadonlySet<string>): Promise<Trial> {
  const report = await examine(api, seed, new Set([defect.id]))
  const findings = [...report.failures, ...report.assumptions].filter(({ key }) => !known.has(key))
  if (flags.verbose) for (const finding of findings.slice(0, 3)) print(`  ${defect.id} <- ${describe(finding)}`)
  return { defect, findings, flaky: report.flaky }
}

async function examine(api: Api, seed: Seed, defects: Defects): Promise<Report> {
  const server = await startIndependent({ apis: [api.name], defects, reset: !flags['no-reset'] })
  try {
    const target = targetAt(api, seed, server.url, { safe: false })
    const subject: Subject = { api, seed, target, more: (context) => workflowCases(context, ownSpecs) }
    return await runConformance([subject])
  } finally {
    await server.close()
  }
}

function rate(tier: Defect['tier'], trials: readonly Trial[]): void {
  const survivors = trials.filter(({ findings, flaky }) => findings.length + flaky.length === 0)
  const asAssumption = trials.filter(({ findings }) => findings.length > 0 && !findings.some((each) => each.tier === 'documented'))
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
