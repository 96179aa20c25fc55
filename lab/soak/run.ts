import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createUnderstudy, type Understudy, type UnderstudySession } from '../../src/index.ts'
import { corpusOf } from '../fuzz/corpus.ts'
import type { Driven, Start, Stretch } from './clients.ts'
import { driftsOf, type Interval } from './drift.ts'

const USAGE = 'npm run soak -- [--minutes N] [--sessions N] [--seed N]'
const INTERVALS = 12
const JOURNAL_ENTRIES = 50
/** More than a journal takes, so that each is full before its session goes back. */
const RESET_AFTER = 100
const MEBIBYTE = 1_048_576

interface Soak {
  readonly mock: Understudy
  readonly sessions: readonly UnderstudySession[]
  readonly clients: ChildProcess
}

/**
 * `npm run soak`: documented requests over many sessions for minutes, once journals and sessions are full; prints memory, CPU
 * time, latency and violations, ends with 1 where one of them grows.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      sessions: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
    },
  })
  const [minutes, sessionCount, seed] = [Number(values.minutes), Number(values.sessions), Number(values.seed)]
  if (!(minutes > 0) || !Number.isSafeInteger(sessionCount) || sessionCount < 1 || !Number.isSafeInteger(seed))
    throw new Error(USAGE)
  const soak = await start(sessionCount, seed)
  const drifts = driftsOf(await intervalsOf(soak, minutes))
  soak.clients.disconnect()
  await soak.mock.close()
  process.stdout.write(drifts.length === 0 ? 'No drift, no violation.\n' : `${drifts.join('\n')}\n`)
  process.exitCode = drifts.length > 0 ? 1 : 0
}

async function start(sessionCount: number, seed: number): Promise<Soak> {
  const mock = await createUnderstudy({ journalEntries: JOURNAL_ENTRIES })
  const sessions = Array.from({ length: sessionCount }, () => mock.createSession())
  // What steers the mock would end sessions or let faults strike.
  const corpus = (await corpusOf(mock)).filter(
    ({ target }) => !target.startsWith('/__mock') && !target.startsWith('/docs'),
  )
  const clients = fork(fileURLToPath(new URL('clients.ts', import.meta.url)))
  const told: Start = {
    url: mock.url,
    requests: corpus.map((request) => ({ ...request, body: request.body.toString('base64') })),
    sessions: sessions.map(({ id }) => id),
    resetAfter: RESET_AFTER,
    seed,
  }
  clients.send(told)
  return { mock, sessions, clients }
}

async function intervalsOf({ mock, sessions, clients }: Soak, minutes: number): Promise<Interval[]> {
  const collect = garbageCollector()
  const { requests: filling } = await drive(clients, { requests: sessions.length * RESET_AFTER })
  process.stdout.write(`Journals and sessions are full after ${filling} requests.\n`)
  process.stdout.write('minute  requests   CPU us  median ms  slowest ms  live MB  RSS MB  violations\n')
  const intervals: Interval[] = []
  const ms = (minutes * 60_000) / INTERVALS
  const begun = performance.now()
  while (intervals.length < INTERVALS) {
    const before = process.cpuUsage()
    const driven = await drive(clients, { ms })
    const { user, system } = process.cpuUsage(before)
    collect()
    const { heapUsed, external, rss } = process.memoryUsage()
    const interval: Interval = {
      minute: (performance.now() - begun) / 60_000,
      requests: driven.requests,
      cpuUs: (user + system) / driven.requests,
      medianMs: driven.medianMs,
      slowestMs: driven.slowestMs,
      liveMb: (heapUsed + external) / MEBIBYTE,
      rssMb: rss / MEBIBYTE,
      violations: [mock, ...sessions].reduce((sum, each) => sum + each.violations().length, 0),
    }
    intervals.push(interval)
    process.stdout.write(`${Object.values(interval).map(cell).join(' ')}\n`)
  }
  return intervals
}

function cell(value: number): string {
  return value.toFixed(Number.isInteger(value) ? 0 : 1).padStart(9)
}

function drive(clients: ChildProcess, stretch: Stretch): Promise<Driven> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => reject(new Error(`the clients ended with ${code}`))
    clients.once('exit', died)
    clients.once('message', (driven: Driven) => {
      clients.off('exit', died)
      resolve(driven)
    })
    clients.send(stretch)
  })
}

/** What is garbage is no memory that grows; Node has its collector at hand where the flag is set before a context is made. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

await main()
