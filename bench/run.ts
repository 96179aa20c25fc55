import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { newInteraction, uuid } from './rows.ts'
import { type Server, startHandWritten, startMock } from './servers.ts'

const ROUNDS = 5
const SECONDS = 2
const CONNECTIONS = 10

interface Workload {
  readonly name: string
  readonly goal: number
  request(n: number): { method: 'GET' | 'POST'; path: string; body?: string }
  readonly headers?: Readonly<Record<string, string>>
}

const headers = { authorization: 'Bearer polis-user-a', 'content-type': 'application/json' }
const body = JSON.stringify(newInteraction())
const refused = JSON.stringify({ ...newInteraction(), timestamp: 'yesterday' })
const listPath = (campaign: number): string =>
  `/v2/interactions?filter%5B%2Fdata%2FcampaignId%5D=${uuid('campaign', campaign)}&skip=0&limit=50&sort=%2Fdata%2Fid&sort=ASC`

const workloads: readonly Workload[] = [
  { name: 'read by id', goal: 1, request: (n) => ({ method: 'GET', path: `/v2/interactions/${uuid('interaction', n % 1000)}` }) },
  { name: 'filtered list page of 50', goal: 1, request: (n) => ({ method: 'GET', path: listPath(n % 10) }) },
  { name: 'create', goal: 0.8, request: () => ({ method: 'POST', path: '/v2/interactions', body }) },
  { name: 'refused create', goal: 0.8, request: () => ({ method: 'POST', path: '/v2/interactions', body: refused }) },
]

/** Requests a second that a server answers. */
async function rate(server: Server, workload: Workload): Promise<number> {
  const requests = Array.from({ length: 200 }, (_, n) => workload.request(n))
  const result = await autocannon({ url: server.url, connections: CONNECTIONS, duration: SECONDS, headers: { ...headers, ...workload.headers }, requests })
  if (result.errors > 0) throw new Error(`${workload.name}: ${result.errors} requests failed`)
  return result.requests.average
}

/** Drives two servers in turns, so that a slow moment of the machine hits both, and compares round by round. */
async function compare(a: Server, b: Server, workload: Workload, other = workload): Promise<{ a: number; b: number; ratio: number }> {
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function print(name: string, figures: string, ratio: number, goal: string, met: boolean): void {
  console.log(`${name.padEnd(34)} ${figures.padEnd(34)} ${ratio.toFixed(2).padStart(6)}  goal ${goal}  ${met ? 'reached' : 'NOT reached'}`)
}

async function throughput(): Promise<void> {
  const mock = await startMock(10_000)
  const handWritten = await startHandWritten(10_000)
  for (const workload of workloads) {
    const { a, b, ratio } = await compare(mock, handWritten, workload)
    print(workload.name, `${a.toFixed(0)} : ${b.toFixed(0)} requests/s`, ratio, `>= ${workload.goal}`, ratio >= workload.goal)
  }
  await mock.stop()
  await handWritten.stop()
}

async function growth(): Promise<void> {
  const small = await startMock(1_000)
  const large = await startMock(100_000)
  const { a, b, ratio } = await compare(small, large, workloads[1] as Workload)
  print('page among 1,000 : among 100,000', `${a.toFixed(0)} : ${b.toFixed(0)} requests/s`, ratio, '<= 1.5', ratio <= 1.5)
  await small.stop()
  await large.stop()
}

/** What 100,000 rows cost in memory, as a multiple of their JSON. */
async function memory(): Promise<void> {
  const script = fileURLToPath(new URL('memory.js', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '100000'])
  const { jsonBytes, heapBytes } = JSON.parse(stdout) as { jsonBytes: number; heapBytes: number }
  const ratio = heapBytes / jsonBytes
  print('memory of 100,000 rows : their JSON', `${(heapBytes / 1e6).toFixed(0)} : ${(jsonBytes / 1e6).toFixed(0)} MB`, ratio, '<= 3', ratio <= 3)
}

async function startUp(): Promise<void> {
  const rounds: { mock: number; hand: number }[] = []
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const mock = await startMock(0)
    await mock.stop()
    const hand = await startHandWritten(0)
    await hand.stop()
    rounds.push({ mock: mock.startMs, hand: hand.startMs })
  }
  const ratio = median(rounds.map((round) => round.mock / round.hand))
  const figures = `${median(rounds.map((round) => round.mock)).toFixed(0)} : ${median(rounds.map((round) => round.hand)).toFixed(0)} ms`
  print('start to first answer', figures, ratio, '<= 1.5', ratio <= 1.5)
}

const sections: Readonly<Record<string, () => Promise<void>>> = { throughput, growth, memory, startUp }
const wanted = process.argv.slice(2)
console.log('mock : hand-written Fastify, medians; both on this machine, driven in turns\n')
for (const [name, section] of Object.entries(sections)) if (wanted.length === 0 || wanted.includes(name)) await section()
