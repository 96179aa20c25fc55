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

/** Requests a second that a server answers, and what one of them costs it in microseconds of CPU time, which a busy machine does not spoil. */
interface Rate {
  readonly perSecond: number
  readonly cpuUs: number
}

async function rate(server: Server, workload: Workload): Promise<Rate> {
  const requests = Array.from({ length: workload.variety ?? 200 }, (_, n) => workload.request(n))
  const before = server.cpuMs()
  const result = await autocannon({
    url: server.url,
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { ...headers, ...workload.headers },
    requests,
  })
  if (result.errors > 0) throw new Error(`${workload.name}: ${result.errors} requests failed`)
  return {
    perSecond: result.requests.average,
    cpuUs: ((server.cpuMs() - before) * 1000) / result.requests.total,
  }
}

/** Medians of requests a second, and of CPU time a request; a ratio above 1 is in favour of the first server. */
export interface Comparison {
  readonly a: number
  readonly b: number
  readonly ratio: number
  readonly cpuUs: { readonly a: number; readonly b: number; readonly ratio: number }
}

/** Drives two servers in turns, so that a slow moment of the machine hits both, and compares round by round. */
export async function compare(a: Server, b: Server, workload: Workload, other = workload): Promise<Comparison> {
  const rounds: { a: Rate; b: Rate }[] = []
  await rate(a, workload)
  await rate(b, other)
  for (let round = 0; round < ROUNDS; round++) rounds.push({ a: await rate(a, workload), b: await rate(b, other) })
  const of = (figure: (round: { a: Rate; b: Rate }) => number): number => median(rounds.map(figure))
  return {
    a: of((round) => round.a.perSecond),
    b: of((round) => round.b.perSecond),
    ratio: of((round) => round.a.perSecond / round.b.perSecond),
    cpuUs: {
      a: of((round) => round.a.cpuUs),
      b: of((round) => round.b.cpuUs),
      ratio: of((round) => round.b.cpuUs / round.a.cpuUs),
    },
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
