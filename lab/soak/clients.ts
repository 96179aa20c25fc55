import { createRandom } from '../fuzz/random.ts'
import type { RawRequest } from '../fuzz/raw-request.ts'

/** What the clients are told first. Bodies come as Base64. */
export interface Start {
  readonly url: string
  readonly requests: readonly (Omit<RawRequest, 'body'> & { readonly body: string })[]
  readonly sessions: readonly string[]
  /** After so many requests a session goes back to the seed, so that its rows have a bound. */
  readonly resetAfter: number
  readonly seed: number
}

/** Then, again and again: to send so many requests, or for so long. */
export interface Stretch {
  readonly requests?: number
  readonly ms?: number
}

/** What they answer to each stretch. */
export interface Driven {
  readonly requests: number
  readonly medianMs: number
  readonly slowestMs: number
}

const CLIENTS = 16

/** The clients of a soak, in a process of their own so that what the mock takes can be measured. */
let drive: ((stretch: Stretch) => Promise<Driven>) | undefined
process.on('message', (told: Start | Stretch) => {
  if ('sessions' in told) drive = driver(told)
  else void drive?.(told).then((driven) => process.send?.(driven))
})

function driver({ url, requests, sessions, resetAfter, seed }: Start): (stretch: Stretch) => Promise<Driven> {
  const random = createRandom(seed)
  // Sessions take their turns of going back one after the other, not all at once.
  const sent = new Map(sessions.map((session) => [session, random.below(resetAfter)]))
  const step = async (): Promise<void> => {
    const session = random.pick(sessions)
    const count = (sent.get(session) ?? 0) + 1
    sent.set(session, count % resetAfter)
    if (count === resetAfter) await exchange(`${url}/__mock/reset`, { method: 'POST', headers: named(session) })
    const { method, target, headers, body } = random.pick(requests)
    const own = headers.filter(([name]) => !['host', 'connection'].includes(name.toLowerCase()))
    await exchange(url + target, {
      method,
      headers: [...own.map(([name, value]): [string, string] => [name, value]), ...named(session)],
      ...(body !== '' && method !== 'GET' && method !== 'HEAD' && { body: Buffer.from(body, 'base64') }),
    })
  }
  return async ({ requests: most = Number.POSITIVE_INFINITY, ms = Number.POSITIVE_INFINITY }) => {
    const until = performance.now() + ms
    const times: number[] = []
    const client = async (): Promise<void> => {
      while (times.length < most && performance.now() < until) {
        const begun = performance.now()
        await step()
        times.push(performance.now() - begun)
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
    const sorted = times.toSorted((one, other) => one - other)
    return {
      requests: times.length,
      medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
      slowestMs: sorted.at(-1) ?? 0,
    }
  }
}

function named(session: string): [string, string][] {
  return [['x-mock-session', session]]
}

async function exchange(url: string, init: RequestInit): Promise<void> {
  const answer = await fetch(url, init)
  await answer.arrayBuffer()
}
