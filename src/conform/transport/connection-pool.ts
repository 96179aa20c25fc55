import { Connection, type Endpoint, type ExchangeOptions, type LargeBodies, type Received } from './connection.ts'
import type { NoAnswer } from './exchange.ts'
import type { ReadAnswer } from './response-reader.ts'

export interface PoolOptions {
  readonly endpoint: Endpoint
  /** Open connections, at most. */
  readonly connections: number
  readonly timeoutMs: number
  /** Bytes of an answer, at most. */
  readonly maxBytes: number
}

/** What came of a request, and of how many tries. */
interface PoolOutcome {
  readonly outcome: ReadAnswer | NoAnswer
  readonly repeated: boolean
}

export interface ConnectionPool {
  send(method: string, bytes: Buffer): Promise<PoolOutcome>
  close(): void
}

interface Job {
  readonly method: string
  readonly bytes: Buffer
  readonly resolve: (outcome: PoolOutcome) => void
  isRepeat: boolean
}

/** The methods that may be sent again when nobody knows whether they arrived (RFC 9110, section 9.2.2), and that the suite repeats. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE'])

/** An idle connection that the server is likely to have closed is not used again: the mistake would be ours. */
const MAX_IDLE_MS = 4000
const MAX_IDLE_MS_FOR_OTHERS = 500
const SLICES = 10

/**
 * Keeps connections alive and hands requests to them. A request is sent a second time only when a connection that was used
 * before is closed without a byte of an answer (RFC 9112, section 9.3.1), and only with a method that may be repeated.
 */
export function createConnectionPool({ endpoint, connections, timeoutMs, maxBytes }: PoolOptions): ConnectionPool {
  const open = new Set<Connection>()
  const idle: Connection[] = []
  const queue: Job[] = []
  const large: LargeBodies = { reader: undefined, waiting: [] }
  /** The server has closed a connection silently before: others than repeatable requests get new ones. */
  let isHasty = false
  let ticker: NodeJS.Timeout | undefined

  const closed = (connection: Connection): void => {
    open.delete(connection)
    const index = idle.indexOf(connection)
    if (index >= 0) idle.splice(index, 1)
    next()
  }

  const mayReuse = (connection: Connection, job: Job, now: number): boolean => {
    const idleMs = now - connection.idleSince
    if (!connection.isOpen || idleMs > MAX_IDLE_MS) return false
    return REPEATABLE.has(job.method) || (!isHasty && idleMs <= MAX_IDLE_MS_FOR_OTHERS)
  }

  const connectionFor = (job: Job): Connection | undefined => {
    const now = performance.now()
    while (!job.isRepeat && idle.length > 0) {
      const connection = idle.pop() as Connection
      if (mayReuse(connection, job, now)) return connection
      open.delete(connection)
      connection.destroy()
    }
    if (open.size >= connections) {
      const unused = idle.pop()
      if (unused === undefined) return undefined
      open.delete(unused)
      unused.destroy()
    }
    const connection = new Connection(endpoint, large, closed)
    open.add(connection)
    return connection
  }

  const run = (connection: Connection, job: Job): void => {
    const isReused = connection.uses > 0
    const options: ExchangeOptions = { method: job.method, maxBytes, slices: SLICES }
    connection.exchange(job.bytes, options, (received) => {
      if (connection.isOpen) {
        connection.idleSince = performance.now()
        idle.push(connection)
      } else open.delete(connection)
      const isIdleClose = isReused && isClosedSilently(received)
      isHasty ||= isIdleClose
      if (isIdleClose && REPEATABLE.has(job.method)) {
        queue.unshift({ ...job, isRepeat: true })
      } else job.resolve({ outcome: received.outcome, repeated: job.isRepeat })
      next()
    })
  }

  const next = (): void => {
    while (queue.length > 0) {
      const connection = connectionFor(queue[0] as Job)
      if (connection === undefined) return
      run(connection, queue.shift() as Job)
    }
  }

  const tick = (): void => {
    for (const connection of open) connection.tick(timeoutMs)
    if (open.size === idle.length && queue.length === 0) {
      clearInterval(ticker)
      ticker = undefined
    }
  }

  return {
    send: (method, bytes) =>
      new Promise((resolve) => {
        // In slices: a process that gets no time itself, as on a crowded machine, loses one of them only, and an answer
        // that came meanwhile is read before the next.
        ticker ??= setInterval(tick, timeoutMs / SLICES)
        queue.push({ method, bytes, resolve, isRepeat: false })
        next()
      }),
    close: () => {
      clearInterval(ticker)
      ticker = undefined
      for (const connection of open) connection.destroy()
    },
  }
}

function isClosedSilently({ outcome, isSilent }: Received): boolean {
  return isSilent && outcome.kind === 'no-answer' && (outcome.code === 'ECONNRESET' || outcome.code === 'EPIPE')
}
