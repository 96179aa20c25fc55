import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Job, Result } from './job.ts'

/** Processes that share the jobs among them. */
export interface Workers {
  /** The results in the order of the jobs. */
  run(jobs: readonly Job[], onResult?: (result: Result) => void): Promise<Result[]>
  close(): void
}

export function startWorkers(count: number): Workers {
  const file = fileURLToPath(new URL('worker.ts', import.meta.url))
  const children = Array.from({ length: count }, () => fork(file))
  return {
    run: async (jobs, onResult) => {
      const results: Result[] = []
      const queue = jobs.entries()
      const work = async (child: ChildProcess): Promise<void> => {
        for (const [index, job] of queue) {
          const result = await ask(child, job)
          results[index] = result
          onResult?.(result)
        }
      }
      await Promise.all(children.map(work))
      return results
    },
    close: () => children.forEach((child) => child.disconnect()),
  }
}

function ask(child: ChildProcess, job: Job): Promise<Result> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void =>
      reject(new Error(`a worker ended with ${code} at ${JSON.stringify(job)}`))
    child.once('exit', died)
    child.once('message', (message: { readonly result?: Result; readonly error?: string }) => {
      child.off('exit', died)
      if (message.result) resolve(message.result)
      else reject(new Error(`${JSON.stringify(job)}: ${message.error ?? ''}`))
    })
    child.send(job)
  })
}
