import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createUnderstudy } from '../../src/index.ts'

interface Said {
  readonly code: number
  readonly text: string
}

type Run = (command: string, args: readonly string[]) => Promise<Said>

const MOST_SECONDS = 5

/**
 * The official verifier's own command on every contract: all interactions kept by the mock, the pending ones too, in five seconds a
 * pact at most; refused by a mock that fails; and a contract in the stub server of Pact answers.
 */
export async function playContracts(apis: readonly string[], contracts: string, run: Run): Promise<Said> {
  let kept = 0
  let slowest = 0
  for (const api of apis) {
    const file = join(contracts, `${api}.pact.json`)
    const mock = await createUnderstudy({ now: 'real' })
    try {
      const { seconds, ...said } = await quickest(() => verify(run, file, mock.url))
      if (said.code !== 0 || said.text.includes('FAILED')) return { code: 1, text: said.text }
      if (seconds > MOST_SECONDS && !isBusy())
        return { code: 1, text: `${api} took ${seconds.toFixed(1)} s, ${MOST_SECONDS} at most` }
      kept += said.text.match(/\d+m?s loading, /g)?.length ?? 0
      slowest = Math.max(slowest, seconds)
      mock.fault({ kind: 'status', status: 500, rate: 1 })
      if ((await verify(run, file, mock.url)).code === 0)
        return { code: 1, text: `the contract of ${api} is kept by a mock that answers 500` }
    } finally {
      await mock.close()
    }
  }
  const wanted = apis.reduce((sum, api) => sum + interactionsOf(join(contracts, `${api}.pact.json`)), 0)
  if (kept !== wanted) return { code: 1, text: `${kept} of ${wanted} interactions were verified` }
  const stubbed = await stub(join(contracts, 'dialogportal.pact.json'))
  const text = `${kept} of ${wanted} interactions kept, ${slowest.toFixed(1)} s the slowest pact, none by a faulty mock; a stub answers ${stubbed}`
  return { code: stubbed === 200 ? 0 : 1, text }
}

/** Time tells nothing while others use the machine. */
function isBusy(): boolean {
  return (loadavg()[0] ?? 0) > availableParallelism()
}

function interactionsOf(file: string): number {
  return (JSON.parse(readFileSync(file, 'utf8')) as { interactions: readonly unknown[] }).interactions.length
}

function verify(run: Run, file: string, url: string): Promise<Said> {
  const { hostname, port } = new URL(url)
  const states = ['--state-change-url', `${url}/__mock/states`]
  return run('pact-verifier', ['-f', file, '--hostname', hostname, '--port', port, ...states, '--no-colour'])
}

/** A machine that is busy with something else gets two more chances. */
async function quickest(play: () => Promise<Said>): Promise<Said & { readonly seconds: number }> {
  let best: (Said & { readonly seconds: number }) | undefined
  for (let attempt = 0; attempt < 3 && (best === undefined || best.seconds > MOST_SECONDS); attempt++) {
    const began = Date.now()
    const said = await play()
    const seconds = (Date.now() - began) / 1000
    if (best === undefined || seconds < best.seconds) best = { ...said, seconds }
    if (said.code !== 0) break
  }
  return best as Said & { readonly seconds: number }
}

const voucher = {
  transactionTypeID: 22,
  transactionDate: '2013-03-25T09:40:22.418Z',
  value: 1,
  reference: 'RegisterSomeVoucherID',
}

/** The status with which the stub server of Pact answers the voucher of the page. */
async function stub(file: string): Promise<number | string> {
  const port = await freePort()
  const program = fileURLToPath(new URL('node_modules/.bin/pact-stub-server', import.meta.url))
  const child = spawn(program, ['-f', file, '-p', String(port)], { stdio: 'ignore', detached: true })
  try {
    for (let attempt = 0; attempt < 100; attempt++) {
      const response = await fetch(`http://127.0.0.1:${port}/entity/id/1001/transactions/12478636`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(voucher),
      }).catch(() => undefined)
      if (response) return response.status
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return 'nothing'
  } finally {
    // The program is a child of npm's starter: the group goes as a whole.
    if (child.pid !== undefined) process.kill(-child.pid)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
