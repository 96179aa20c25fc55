import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { interactions } from './rows.ts'

export interface Server {
  readonly url: string
  /** From the start of the process to the first answer, in milliseconds. */
  readonly startMs: number
  /** CPU time that the process has used, in milliseconds; NaN where the system does not tell. */
  cpuMs(): number
  stop(): Promise<void>
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** The command line of this build. */
export const ownCli = path('../dist/cli.js')

/** The mock as users start it, with `count` interactions in its fixtures. */
export function startMock(count: number, extra: readonly string[] = []): Promise<Server> {
  return start([
    path('../dist/cli.js'),
    'serve',
    'polis',
    '--port',
    '0',
    ...(count > 0 ? ['--fixtures', fixturesWith(count)] : []),
    ...extra,
  ])
}

/** The mock of all five APIs, as users start it, of this build or of another. */
export function startMockOfAll(cli = ownCli): Promise<Server> {
  return start([cli, 'serve', '--port', '0'])
}

export function startHandWritten(count: number): Promise<Server> {
  return start([path('../dist-bench/hand-written.js'), String(count)])
}

export function fixturesWith(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'))
  cpSync(path('../fixtures/polis'), join(folder, 'polis'), { recursive: true })
  mkdirSync(join(folder, 'polis'), { recursive: true })
  writeFileSync(join(folder, 'polis', 'interactions.json'), JSON.stringify(interactions(count)))
  return folder
}

async function start(args: readonly string[]): Promise<Server> {
  const begun = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await baseUrl(child)
  await fetch(`${url}/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7`, {
    headers: { authorization: 'Bearer polis-user-a' },
  })
  const startMs = performance.now() - begun
  return { url, startMs, cpuMs: () => cpuMsOf(child.pid), stop: () => stopped(child) }
}

/** Of /proc/<pid>/stat the user's and the system's time, in hundredths of a second (proc(5)). */
function cpuMsOf(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return Number.NaN
  }
}

function baseUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const url = /ready at (\S+)/.exec(printed)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
