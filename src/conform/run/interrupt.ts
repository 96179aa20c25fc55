import { withSend, type Transport } from '../transport/transport.ts'

/** How long the cases under way may go on after an interruption, and how long what follows may take. */
const GRACE_MS = 2000
const CLEAN_UP_MS = 5000

/** Lets the requests of cases through until it is shut, and those of the clean-up after that. */
export interface Gate {
  readonly transport: Transport
  /** Waits for the work, or if the run is interrupted, for as much of it as is done within moments. */
  untilInterrupted(work: Promise<unknown>): Promise<void>
  /** Waits for the clean-up; after an interruption for a few seconds at most. */
  cleaning(work: () => Promise<unknown>): Promise<void>
}

class Interrupted extends Error {}

/** Stands between the cases of a run and the server, so that a run which is interrupted can leave it tidy. */
export function createGate(plain: Transport, signal: AbortSignal | undefined): Gate {
  let isShut = false
  const transport = withSend(plain, (request) =>
    isShut ? Promise.reject(new Interrupted('the run was interrupted')) : plain.send(request),
  )
  return {
    transport,
    untilInterrupted: async (work) => {
      if (signal === undefined) return void (await work)
      await Promise.race([work.catch(ignoreInterruption), aborted(signal).then(() => waited(GRACE_MS))])
      isShut = signal.aborted
    },
    cleaning: async (work) => {
      isShut = false
      await (signal?.aborted ? Promise.race([work(), waited(CLEAN_UP_MS)]) : work())
    },
  }
}

/** The items one by one, until the run is interrupted. */
export function* untilAborted<Item>(items: Iterable<Item>, signal: AbortSignal | undefined): Generator<Item> {
  for (const item of items) {
    if (signal?.aborted) return
    yield item
  }
}

function ignoreInterruption(error: unknown): void {
  if (!(error instanceof Interrupted)) throw error
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Keeps no process alive that has nothing else to do. */
function waited(timeoutMs: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, timeoutMs).unref())
}
