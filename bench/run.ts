import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { compare, median, print, ROUNDS, type Workload } from './compare.ts'
import { conformance } from './conformance.ts'
import { documents } from './documents.ts'
import { newInteraction, uuid } from './rows.ts'
import { startHandWritten, startMock } from './servers.ts'
import { sessions } from './sessions.ts'

const body = JSON.stringify(newInteraction())
const refused = JSON.stringify({ ...newInteraction(), timestamp: 'yesterday' })
const listPath = (campaign: number): string =>
  `/v2/interactions?filter%5B%2Fdata%2FcampaignId%5D=${uuid('campaign', campaign)}&skip=0&limit=50&sort=%2Fdata%2Fid&sort=ASC`

const workloads: readonly Workload[] = [
  {
    name: 'read by id',
    goal: 1.1,
    request: (n) => ({ method: 'GET', path: `/v2/interactions/${uuid('interaction', n % 1000)}` }),
  },
  { name: 'filtered list page of 50', goal: 2, request: (n) => ({ method: 'GET', path: listPath(n % 10) }) },
  { name: 'create', goal: 0.9, request: () => ({ method: 'POST', path: '/v2/interactions', body }) },
  { name: 'refused create', goal: 0.9, request: () => ({ method: 'POST', path: '/v2/interactions', body: refused }) },
]

async function throughput(): Promise<void> {
  const mock = await startMock(10_000)
  const handWritten = await startHandWritten(10_000)
  for (const workload of workloads) {
    const { a, b, ratio, cpuUs } = await compare(mock, handWritten, workload)
    print(
      workload.name,
      `${a.toFixed(0)} : ${b.toFixed(0)} requests/s`,
      ratio,
      `>= ${workload.goal}`,
      ratio >= workload.goal,
    )
    print(
      '  by CPU time',
      `${cpuUs.a.toFixed(0)} : ${cpuUs.b.toFixed(0)} µs a request`,
      cpuUs.ratio,
      `>= ${workload.goal}`,
      cpuUs.ratio >= workload.goal,
    )
  }
  await mock.stop()
  await handWritten.stop()
}

async function growth(): Promise<void> {
  const small = await startMock(1_000)
  const large = await startMock(100_000)
  const { a, b, ratio } = await compare(small, large, workloads[1] as Workload)
  print(
    'page among 1,000 : among 100,000',
    `${a.toFixed(0)} : ${b.toFixed(0)} requests/s`,
    ratio,
    '<= 1.5',
    ratio <= 1.5,
  )
  await small.stop()
  await large.stop()
}

/** What 100,000 rows cost in memory, as a multiple of their JSON. */
async function memory(): Promise<void> {
  const script = fileURLToPath(new URL('memory.js', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '100000'])
  const { jsonBytes, heapBytes } = JSON.parse(stdout) as { jsonBytes: number; heapBytes: number }
  const ratio = heapBytes / jsonBytes
  print(
    'memory of 100,000 rows : their JSON',
    `${(heapBytes / 1e6).toFixed(0)} : ${(jsonBytes / 1e6).toFixed(0)} MB`,
    ratio,
    '<= 3',
    ratio <= 3,
  )
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
  print('start to first answer', figures, ratio, '<= 1.2', ratio <= 1.2)
}

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' } },
})

const sections: Readonly<Record<string, () => Promise<void>>> = {
  throughput,
  growth,
  memory,
  startUp,
  sessions,
  conformance: () => conformance(values.against),
}
// `npm run bench -- documents [path or package@version/path…]` stands alone: it compares with other mock servers.
if (wanted[0] === 'documents') await documents(wanted.slice(1))
else await againstHandWritten()

async function againstHandWritten(): Promise<void> {
  console.log('mock : hand-written Fastify, medians; both on this machine, driven in turns\n')
  for (const [name, section] of Object.entries(sections))
    if (wanted.length === 0 || wanted.includes(name)) await section()
}
