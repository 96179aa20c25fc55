import autocannon from 'autocannon'
import type { Server } from './servers.ts'

export const ROUNDS = 5
const SECONDS = 2
const CONNECTIONS = 10

export interface Workload {
  readonly name: string
  readonly goal: number
  request(n: number): { method: 'GET' | 'POST'; path: string; body?: string; headers?: Record<string, string> }
  /** How many different requests take turns. Default 200. */
  readonly variety?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Of user-a, who sees the documented rows. */
const headers = { authorization: 'Bearer polis-user-a', 'content-type': 'application/json' }

/** Requests a second that a server answers. */
async function rate(server: Server, workload: Workload): Promise<number> {
  const requests = Array.from({ length: workload.variety ?? 200 }, (_, n) => workload.request(n))
  const result = await autocannon({
    url: server.url,
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { ...headers, ...workload.headers },
    requests,
  })
  if (result.errors > 0) throw new Error(`${workload.name}: ${result.errors} requests failed`)
  return result.requests.average
}

/** Drives two servers in turns, so that a slow moment of the machine hits both, and compares round by round. */
export async function compare(
  a: Server,
  b: Server,
  workload: Workload,
  other = workload,
): Promise<{ a: number; b: number; ratio: number }> {
  const rounds: { a: number; b: number }[] = []
  await rate(a, workload)
  await rate(b, other)
  for (let round = 0; round < ROUNDS; round++) rounds.push({ a: await rate(a, workload), b: await rate(b, other) })
  return {
    a: median(rounds.map((round) => round.a)),
    b: median(rounds.map((round) => round.b)),
    ratio: median(rounds.map((round) => round.a / round.b)),
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

export function print(name: string, figures: string, ratio: number, goal: string, met: boolean): void {
  console.log(
    `${name.padEnd(34)} ${figures.padEnd(34)} ${ratio.toFixed(2).padStart(6)}  goal ${goal}  ${met ? 'reached' : 'NOT reached'}`,
  )
}
