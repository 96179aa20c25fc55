import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { main } from '../../src/cli/main.ts'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const running = new Set<ChildProcess>()

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that goes on until it is told to end. */
export interface Running {
  readonly url: string
  /** Ends it as Ctrl-C does. */
  end(): Promise<Ended>
}

/** Runs `understudy …` as the build made it, to its end. */
export function run(...args: string[]): Promise<Ended> {
  return ended(start(args))
}

/** The same in another environment. */
export function runIn(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  return ended(start(args, env))
}

/**
 * Runs `understudy …` to its end in this process, for tables of what it says: starting a process costs more than most commands.
 * Not for a command that goes on.
 */
export async function runHere(...args: string[]): Promise<Ended> {
  const { exitCode } = process
  const printed = { stdout: '', stderr: '' }
  const streams = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name]
    const { write } = stream
    stream.write = (chunk: string | Uint8Array) => {
      printed[name] += String(chunk)
      return true
    }
    return () => (stream.write = write)
  })
  try {
    process.exitCode = undefined
    await main([process.execPath, 'understudy', ...args])
    return { code: process.exitCode ?? 0, ...printed }
  } finally {
    for (const restore of streams) restore()
    process.exitCode = exitCode
  }
}

/** Starts `understudy …` and waits until it says where it is ready. */
export async function started(...args: string[]): Promise<Running> {
  const child = start(args)
  const end = ended(child)
  const url = await new Promise<string>((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const found = /ready at (\S+)/.exec(printed)?.[1]
      if (found !== undefined) resolve(found)
    })
    void end.then(({ stderr }) => reject(new Error(`it ended before it was ready: ${stderr}`)))
  })
  return {
    url,
    end: () => {
      child.kill('SIGINT')
      return end
    },
  }
}

/** For `afterEach`: nothing may outlive its test. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, NO_COLOR: '1', ...env } })
  running.add(child)
  return child
}

function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}
