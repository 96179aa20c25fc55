import { setTimeout } from 'node:timers/promises'
import { createUnderstudy, type UnderstudySession } from '../dist/index.js'
import { newInteraction, uuid } from './rows.ts'
import { fixturesWith } from './servers.ts'

/**
 * Prints what sessions cost beside 100,000 rows: milliseconds for creating, resetting and dropping one (median and 99th
 * percentile), and the bytes of 10,000 idle ones, fresh and after a write each. Run with --expose-gc.
 */
const ROWS = 100_000
const TIMED = 1_000
const IDLE = 10_000

const mock = await createUnderstudy({ apis: ['polis'], listen: false, fixtures: fixturesWith(ROWS) })
const post = {
  method: 'POST',
  url: '/v2/interactions',
  headers: { authorization: 'Bearer polis-user-a', 'content-type': 'application/json' },
  payload: newInteraction(),
} as const
const read = { url: `/v2/interactions/${uuid('interaction', 7)}`, headers: post.headers }
await mock.inject(read)

/** Each session is written to before it is reset and dropped, so that there is something to throw away. */
async function times(): Promise<Record<'create' | 'fork' | 'reset' | 'drop', number[]>> {
  const all: Record<'create' | 'fork' | 'reset' | 'drop', number[]> = { create: [], fork: [], reset: [], drop: [] }
  for (let n = 0; n < TIMED; n++) {
    const session = timed(all.create, () => mock.createSession())
    await session.inject(post)
    const fork = timed(all.fork, () => mock.createSession({ from: session }))
    timed(all.reset, () => session.reset())
    timed(all.drop, () => session.close())
    fork.close()
  }
  return all
}

function timed<Value>(into: number[], act: () => Value): Value {
  const begun = performance.now()
  const value = act()
  into.push(performance.now() - begun)
  return value
}

async function idleBytes(use: (session: UnderstudySession) => unknown): Promise<number> {
  const before = await heap()
  const sessions: UnderstudySession[] = []
  for (let n = 0; n < IDLE; n++) {
    const session = mock.createSession()
    await use(session)
    sessions.push(session)
  }
  const bytes = (await heap()) - before
  for (const session of sessions) session.close()
  return bytes
}

async function heap(): Promise<number> {
  // What requests without a socket leave behind goes only when the event loop turns.
  await setTimeout(100)
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function percentiles(values: readonly number[]): { median: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  }
}

await times()
const measured = Object.fromEntries(Object.entries(await times()).map(([name, values]) => [name, percentiles(values)]))
const freshBytes = await idleBytes(() => undefined)
const usedBytes = await idleBytes((session) => session.inject(post))
console.log(JSON.stringify({ ms: measured, idle: { freshBytes, usedBytes } }))
await mock.close()
