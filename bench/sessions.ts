import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compare, print, type Workload } from './compare.ts'
import { newInteraction, uuid } from './rows.ts'
import { type Server, startMock } from './servers.ts'

const MANY = 1_000
const authorization = 'Bearer polis-user-a'
const read = (n: number): { method: 'GET'; path: string } => ({
  method: 'GET',
  path: `/v2/interactions/${uuid('interaction', n % MANY)}`,
})
const body = JSON.stringify(newInteraction())

/** What sessions and the journal cost: throughput beside that without them, time and memory of the sessions themselves. */
export async function sessions(): Promise<void> {
  const mock = await startMock(10_000)
  for (let n = 0; n < MANY; n++) await createSession(mock, `s${n}`)
  const plain = workload('no session', read)
  await ratioOf(
    'one session : none',
    0.95,
    mock,
    mock,
    workload('one session', (n) => named(read(n), 's1')),
    plain,
  )
  await ratioOf(
    '1,000 sessions : none',
    0.9,
    mock,
    mock,
    workload('many sessions', (n) => named(read(n), `s${n}`)),
    plain,
  )
  await ratioOf(
    'create in 1,000 sessions : in none',
    0.9,
    mock,
    mock,
    workload('many sessions', (n) => named(create(), `s${n}`)),
    workload('no session', create),
  )
  await mock.stop()

  const on = await startMock(10_000)
  const off = await startMock(10_000, ['--journal-entries', '0'])
  await ratioOf('journal on : off, read by id', 0.9, on, off, plain)
  await ratioOf('journal on : off, create', 0.9, on, off, workload('create', create))
  await on.stop()
  await off.stop()
  await costs()
}

interface Costs {
  readonly ms: Readonly<Record<string, { readonly median: number; readonly p99: number }>>
  readonly idle: { readonly freshBytes: number; readonly usedBytes: number }
}

async function costs(): Promise<void> {
  const script = fileURLToPath(new URL('session-costs.js', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script])
  const { ms, idle } = JSON.parse(stdout) as Costs
  for (const [name, { median, p99 }] of Object.entries(ms)) {
    print(
      `${name} a session, 100,000 rows`,
      `median ${median.toFixed(3)} ms, 99 % ${p99.toFixed(3)} ms`,
      p99,
      '< 1 ms',
      p99 < 1,
    )
  }
  print(
    '10,000 idle sessions',
    `${(idle.freshBytes / 1e6).toFixed(1)} MB`,
    idle.freshBytes / 1e6,
    '< 100 MB',
    idle.freshBytes < 100e6,
  )
  print('10,000 that wrote a row each', `${(idle.usedBytes / 1e6).toFixed(1)} MB`, idle.usedBytes / 1e6, 'none', true)
}

function workload(name: string, request: Workload['request']): Workload {
  return { name, goal: 0, request, variety: MANY }
}

function create(): { method: 'POST'; path: string; body: string } {
  return { method: 'POST', path: '/v2/interactions', body }
}

function named<Request extends { path: string }>(
  request: Request,
  session: string,
): Request & { headers: Record<string, string> } {
  return { ...request, headers: { authorization, 'content-type': 'application/json', 'x-mock-session': session } }
}

async function ratioOf(name: string, goal: number, a: Server, b: Server, one: Workload, other = one): Promise<void> {
  const { a: rateA, b: rateB, ratio } = await compare(a, b, one, other)
  print(name, `${rateA.toFixed(0)} : ${rateB.toFixed(0)} requests/s`, ratio, `>= ${goal}`, ratio >= goal)
}

async function createSession({ url }: Server, id: string): Promise<void> {
  const answer = await fetch(`${url}/__mock/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id }),
  })
  if (answer.status !== 201) throw new Error(`session ${id} was not made: ${answer.status}`)
  await answer.arrayBuffer()
}
