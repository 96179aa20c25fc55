import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

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

function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, NO_COLOR: '1' } })
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
