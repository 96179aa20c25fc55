import type { Server } from 'node:http'
import { setTimeout } from 'node:timers/promises'

const STEP_MS = 20

/** Waits until no connection has a request under way, but no longer than `graceMs`. Idle connections are closed. */
export async function drain(server: Server, graceMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += STEP_MS) {
    // A server of HTTP/2 has none.
    server.closeIdleConnections?.()
    if ((await connectionsOf(server)) === 0) return
    await setTimeout(STEP_MS)
  }
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)))
}
