import { Worker } from 'node:worker_threads'
import { type ErrorCode, UnderstudyError } from '../../errors.ts'
import type { ApiUnderTest, Progress, RunOptions } from './api-under-test.ts'
import type { Beside } from './open-session.ts'
import { runApi, type ApiRun } from './run-api.ts'

/** A second thread of the tester, with the same APIs: the first one waits for its own thoughts more than for the server. */
export interface ApiThread {
  /** Runs the cases of one API; `undefined` where the thread cannot be started. Throws what `runApi` throws. */
  run(api: string, options: RunOptions, onSession: (() => void) | undefined): Promise<ApiRun | undefined>
  end(): void
}

/** What the thread is asked to run. */
export interface ThreadRequest {
  readonly id: number
  readonly api: string
  readonly options: Omit<RunOptions, 'signal' | 'onProgress' | 'onExchange'>
}

/** What the thread tells of a run; `interrupt` goes the other way. */
export type ThreadMessage = { readonly id: number } & (
  | { readonly kind: 'session' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'run'; readonly run: ApiRun }
  | { readonly kind: 'error'; readonly code?: ErrorCode; readonly message: string; readonly where: string | undefined }
)

interface Pending {
  readonly options: RunOptions
  readonly onSession: (() => void) | undefined
  readonly resolve: (run: ApiRun | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Starts a thread that opens the APIs; `open`: the options of `openApisUnderTest`, which have to be plain values. */
export function startApiThread(names: readonly string[], open: object): ApiThread {
  const pending = new Map<number, Pending>()
  let isOver = false
  let count = 0
  const worker = new Worker(new URL('api-worker.js', import.meta.url), { workerData: { names, open } })
  worker.unref()
  // Whoever waits runs its API in this thread then, and is told there what is wrong.
  const over = (): void => {
    isOver = true
    for (const { resolve } of pending.values()) resolve(undefined)
    pending.clear()
  }
  worker.on('error', over)
  worker.on('exit', over)
  worker.on('message', (message: ThreadMessage) => {
    const run = pending.get(message.id)
    if (run && hear(run, message)) pending.delete(message.id)
  })
  return {
    run: (api, options, onSession) =>
      new Promise((resolve, reject) => {
        if (isOver) return resolve(undefined)
        const { signal, onProgress: _, onExchange: __, ...plain } = options
        const request: ThreadRequest = { id: count++, api, options: plain }
        pending.set(request.id, { options, onSession, resolve, reject })
        signal?.addEventListener('abort', () => worker.postMessage('interrupt', []), { once: true })
        worker.ref()
        worker.postMessage(request, [])
      }),
    end: () => void worker.terminate(),
  }
}

/** Whether that was the last word of a run. */
function hear({ options, onSession, resolve, reject }: Pending, message: ThreadMessage): boolean {
  switch (message.kind) {
    case 'session':
      onSession?.()
      return false
    case 'progress':
      options.onProgress?.(message.progress)
      return false
    case 'run':
      resolve(message.run)
      return true
    case 'error':
      reject(errorOf(message))
      return true
  }
}

function errorOf({ code, message, where }: Extract<ThreadMessage, { readonly kind: 'error' }>): Error {
  if (code === undefined) return new Error(message)
  return new UnderstudyError(code, where === undefined ? message : message.slice(where.length + 2), where)
}

/** Runs an API in the thread, and in this one where that cannot be; what either knows of a dead server, both know. */
export async function runThere(
  thread: ApiThread,
  apiUnderTest: ApiUnderTest,
  options: RunOptions,
  beside: Beside,
): Promise<ApiRun> {
  if (beside.breaker.isGone) return runApi(apiUnderTest, options, beside)
  const run = await thread.run(apiUnderTest.api.name, options, beside.onSession).catch((error: unknown) => {
    if (!beside.breaker.isGone) throw error
  })
  if (run === undefined) return runApi(apiUnderTest, options, beside)
  if (run.isGone) beside.breaker.open()
  return run
}
