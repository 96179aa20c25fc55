import { parseArgs } from 'node:util'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { corpusOf } from '../fuzz/corpus.ts'
import { createRandom } from '../fuzz/random.ts'
import type { RawRequest } from '../fuzz/raw-request.ts'

const USAGE = 'npm run soak -- [--minutes N] [--sessions N] [--seed N]'
const REPORTS = 10
const CLIENTS = 16

interface Interval {
  readonly minute: number
  readonly requests: number
  readonly medianMs: number
  readonly slowestMs: number
  readonly heapMb: number
  readonly rssMb: number
  readonly violations: number
}

/** `npm run soak`: documented requests over many sessions for minutes; prints memory, latency and violations, ends with 1 for a drift. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      sessions: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
    },
  })
  const [minutes, sessionCount, seed] = [Number(values.minutes), Number(values.sessions), Number(values.seed)]
  if (!(minutes > 0) || !Number.isSafeInteger(sessionCount) || !Number.isSafeInteger(seed)) throw new Error(USAGE)
  const mock = await createUnderstudy({ journalEntries: 200 })
  const intervals = await soak(mock, { minutes, sessionCount, seed })
  const drifts = driftsOf(intervals)
  for (const drift of drifts) process.stdout.write(`${drift}\n`)
  process.stdout.write(drifts.length === 0 ? 'No drift, no violation.\n' : '')
  await mock.close()
  process.exitCode = drifts.length > 0 ? 1 : 0
}

async function soak(
  mock: Understudy,
  { minutes, sessionCount, seed }: { minutes: number; sessionCount: number; seed: number },
): Promise<Interval[]> {
  // What steers the mock would end sessions or let faults strike.
  const corpus = (await corpusOf(mock)).filter(
    ({ target }) => !target.startsWith('/__mock') && !target.startsWith('/docs'),
  )
  const sessions = Array.from({ length: sessionCount }, () => mock.createSession())
  const random = createRandom(seed)
  const intervals: Interval[] = []
  const begun = performance.now()
  process.stdout.write('minute  requests  median ms  slowest ms  heap MB  RSS MB  violations\n')
  for (let count = 1; count <= REPORTS; count++) {
    const until = begun + (count * minutes * 60_000) / REPORTS
    const times: number[] = []
    const client = async (): Promise<void> => {
      while (performance.now() < until) {
        const session = random.pick(sessions)
        if (random.below(500) === 0) session.reset()
        const sent = performance.now()
        await send(mock.url, random.pick(corpus), session.id)
        times.push(performance.now() - sent)
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
    const violations = [mock, ...sessions].reduce((sum, each) => sum + each.violations().length, 0)
    const interval = intervalOf((count * minutes) / REPORTS, times, violations)
    intervals.push(interval)
    process.stdout.write(
      `${Object.values(interval)
        .map((value: number) => value.toFixed(1).padStart(9))
        .join(' ')}\n`,
    )
  }
  return intervals
}

async function send(url: string, { method, target, headers, body }: RawRequest, session: string): Promise<void> {
  const own = headers.filter(([name]) => !['host', 'connection'].includes(name.toLowerCase()))
  const answer = await fetch(url + target, {
    method,
    headers: [...own.map(([name, value]): [string, string] => [name, value]), ['x-mock-session', session]],
    ...(body.length > 0 && method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
  })
  await answer.arrayBuffer()
}

function intervalOf(minute: number, times: readonly number[], violations: number): Interval {
  const sorted = times.toSorted((one, other) => one - other)
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return {
    minute,
    requests: times.length,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    slowestMs: sorted.at(-1) ?? 0,
    heapMb: heapUsed / 1_048_576,
    rssMb: rss / 1_048_576,
    violations,
  }
}

/** The first interval warms up; from the second to the last neither memory nor latency may grow by half. */
function driftsOf(intervals: readonly Interval[]): string[] {
  const [, early] = intervals
  const late = intervals.at(-1)
  if (!early || !late) return []
  const grows = (name: 'medianMs' | 'heapMb' | 'rssMb'): string[] =>
    late[name] > 1.5 * early[name] ? [`${name} grew from ${early[name].toFixed(1)} to ${late[name].toFixed(1)}`] : []
  return [
    ...grows('medianMs'),
    ...grows('heapMb'),
    ...grows('rssMb'),
    ...(late.violations > 0 ? [`${late.violations} violations of the specs`] : []),
  ]
}

await main()
