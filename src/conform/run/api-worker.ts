import { parentPort, workerData } from 'node:worker_threads'
import { UnderstudyError } from '../../errors.ts'
import { loadApis } from '../../openapi/load.ts'
import { ownSpecs } from '../../paths.ts'
import { apiUnderTest, type ApiUnderTestOptions } from '../conformance-suite.ts'
import type { ThreadMessage, ThreadRequest } from './api-thread.ts'
import type { Api } from '../../openapi/api.ts'
import type { ApiUnderTest, Progress, RunOptions } from './api-under-test.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { runApi, type ApiRun } from './run-api.ts'

/** A line that renews itself needs no more. */
const PROGRESS_MS = 100

const { names, open } = workerData as { readonly names: readonly string[]; readonly open: ApiUnderTestOptions }
const apis = loadApis(open.openapi ?? ownSpecs, names, open)
const breakers = new Map<string, CircuitBreaker>()
const interruption = new AbortController()

parentPort?.on('message', (message: ThreadRequest | 'interrupt') => {
  if (message === 'interrupt') interruption.abort()
  else void answer(message)
})

async function answer({ id, api, options }: ThreadRequest): Promise<void> {
  const onProgress = rarely((progress) => tell({ id, kind: 'progress', progress }))
  const all = { ...options, onProgress, signal: interruption.signal }
  await run(api, all, () => tell({ id, kind: 'session' }))
    .then((run) => tell({ id, kind: 'run', run }))
    .catch((error: unknown) => tell({ id, kind: 'error', ...plain(error) }))
}

async function run(name: string, options: RunOptions, onSession: () => void): Promise<ApiRun> {
  const subject = apiUnderTest(apis.find((each) => each.name === name) as Api, open)
  return runApi(subject, options, { breaker: breakerOf(subject), onSession })
}

function tell(message: ThreadMessage): void {
  parentPort?.postMessage(message, [])
}

function breakerOf({ target }: ApiUnderTest): CircuitBreaker {
  const breaker = breakers.get(target.baseUrl) ?? new CircuitBreaker(target.timeoutMs)
  breakers.set(target.baseUrl, breaker)
  return breaker
}

function rarely(hear: (progress: Progress) => void): (progress: Progress) => void {
  let heardMs = 0
  return (progress) => {
    if (progress.done < progress.total && performance.now() - heardMs < PROGRESS_MS) return
    heardMs = performance.now()
    hear(progress)
  }
}

/** An error of ours keeps its code on the way to the other thread. */
function plain(error: unknown): Pick<Extract<ThreadMessage, { readonly kind: 'error' }>, 'code' | 'message' | 'where'> {
  if (error instanceof UnderstudyError) return { code: error.code, message: error.message, where: error.where }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), where: undefined }
}
