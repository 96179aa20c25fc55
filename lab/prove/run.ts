/**
 * Measures the power of the conformance suite: how many seeded defects it finds, and whether it accuses correct servers.
 * Exits with 1 unless every defect that breaks a documented promise is found and there is no false alarm.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { ownSpecs } from '../../src/paths.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { correctServers, type Job, type Result } from './job.ts'
import type { Part } from './part.ts'
import { rememberLikely } from './likely.ts'
import { isFound, isProven, summaryOf, type Proof } from './summary.ts'
import { startWorkers, type Workers } from './workers.ts'

const HELP = `npm run prove -- [options]

  --api <api,…>   only these APIs
  --only <text>   only defects and correct servers whose id has this text
  --part <part>   seeded (faults before the mock) or independent (mistakes in second implementations); default: both
  --json <file>   write everything that was found out
  --workers <n>   processes, default one for each core
`

const { values: flags } = parseArgs({
  options: {
    api: { type: 'string' },
    only: { type: 'string', default: '' },
    part: { type: 'string' },
    json: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
})

if (flags.help) process.stdout.write(HELP)
else await main()

async function main(): Promise<void> {
  const started = performance.now()
  const workers = startWorkers(Number(flags.workers))
  try {
    const jobs = await jobsFor(workers)
    const results = await workers.run(jobs, progress(jobs.length))
    const proof: Proof = { ...sorted(jobs, results), durationMs: performance.now() - started }
    process.stdout.write(summaryOf(proof))
    rememberLikely(proof.trials)
    if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify(proof, null, 2))
    process.exitCode = isProven(proof) ? 0 : 1
  } finally {
    workers.close()
  }
}

async function jobsFor(workers: Workers): Promise<Job[]> {
  const apis = flags.api?.split(',') ?? loadApis(ownSpecs).map(({ name }) => name)
  const parts: readonly Part[] =
    flags.part === 'seeded' || flags.part === 'independent' ? [flags.part] : ['seeded', 'independent']
  const places = parts.flatMap((part) => apis.map((api) => ({ part, api })))
  const lists = await workers.run(places.map((place) => ({ kind: 'list', ...place })))
  const wanted = (kind: 'prove' | 'hear', place: (typeof places)[number], ids: readonly string[]): Job[] =>
    ids.filter((id) => id.includes(flags.only)).map((id) => ({ kind, ...place, id }))
  return places.flatMap((place, index) => {
    const list = lists[index]
    return [
      ...wanted('prove', place, list?.kind === 'list' ? list.ids : []),
      ...wanted('hear', place, correctServers(place.part, place.api)),
    ]
  })
}

/** Results by their parts, in the order of the jobs. */
function sorted(jobs: readonly Job[], results: readonly Result[]): Pick<Proof, 'trials' | 'hearings'> {
  const trialsOf = (part: Part): Proof['trials'][Part] =>
    results.flatMap((result, index) => (result.kind === 'prove' && jobs[index]?.part === part ? [result.trial] : []))
  return {
    trials: { seeded: trialsOf('seeded'), independent: trialsOf('independent') },
    hearings: results.flatMap((result) => (result.kind === 'hear' ? [result.hearing] : [])),
  }
}

/** A line that renews itself on a terminal; elsewhere one for each tenth of the way. */
function progress(total: number): (result: Result) => void {
  let done = 0
  let missed = 0
  return (result) => {
    done++
    if (result.kind === 'prove' && !isFound(result.trial)) missed++
    const line = `${done} of ${total}, ${missed} not found`
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${line}${done === total ? '\n' : ''}`)
    else if (Math.floor((done * 10) / total) > Math.floor(((done - 1) * 10) / total)) process.stderr.write(`${line}\n`)
  }
}
