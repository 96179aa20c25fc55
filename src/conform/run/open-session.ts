import type { Case } from '../case.ts'
import { planCases } from '../cases/cases-for.ts'
import { createContext } from '../context.ts'
import { openTransport } from '../transport/open-transport.ts'
import { withSend, type Transport } from '../transport/transport.ts'
import type { Session } from './session.ts'
import { openControl } from './control.ts'
import { createGate } from './interrupt.ts'
import { CircuitBreaker, withCircuitBreaker } from './circuit-breaker.ts'
import { LATE_MS } from './late-reads.ts'
import { WIDTH } from './pool.ts'
import type { RunOptions, ApiUnderTest } from './api-under-test.ts'
import { closeParallelSessions, openWorld } from './parallel-sessions.ts'
import { assertReachable } from './preflight.ts'

/** Random bodies for each operation and kind, unless somebody says otherwise. */
export const RANDOM_CASES = 25

/** An API's cases, and the server to try them on. */
interface Opened {
  readonly session: Session
  readonly cases: readonly Case[]
  /** Gives back the session of the server that was opened for these cases, if one was. */
  readonly leave: () => Promise<void>
  readonly close: () => void
}

/** What else goes on. */
export interface Beside {
  readonly breaker: CircuitBreaker
  /** Asks for a session of its own, where the server has such; called when there is one: the next API may be tried. */
  readonly onSession?: () => void
}

/** Connects, asks what the server can be told, and plans the cases. Throws TARGET_UNREACHABLE when it does not answer. */
export async function openSession(
  { api, seed, target, more }: ApiUnderTest,
  options: RunOptions,
  { breaker, onSession }: Beside = { breaker: new CircuitBreaker(target.timeoutMs) },
): Promise<Opened> {
  const context = createContext(api, seed, target, options.seed, options.runId)
  const opened = openTransport(target, {
    connections: WIDTH,
    ...(options.rate !== undefined && { rate: options.rate }),
  })
  const plain = options.onExchange === undefined ? opened : heard(opened, options.onExchange)
  const gate = createGate(withCircuitBreaker(plain, breaker), options.signal)
  const { transport } = gate
  try {
    await assertReachable(plain, target)
    const shared = { context, transport, control: await openControl(context, transport) }
    const own = onSession && shared.control.canReset ? await openWorld(shared) : undefined
    if (own) onSession?.()
    const { cases, bases, resources } = planCases(context, options.randomCases ?? RANDOM_CASES, more?.(context))
    const session: Session = {
      ...shared,
      ...own,
      dirty: false,
      undo: [],
      closing: [],
      gate,
      statuses: new Map(),
      sameness: new Map(),
      plan: { bases, resources },
      spent: new Set(),
      fresh: new Map(),
      made: new Map(),
      lateness: { ms: options.lateMs ?? LATE_MS, isKnown: false, isTried: false },
    }
    const close = (): void => {
      shared.control.close()
      transport.close()
    }
    return { session, cases, leave: () => closeParallelSessions(shared, own ? [own] : []), close }
  } catch (error) {
    transport.close()
    throw error
  }
}

function heard(transport: Transport, onExchange: NonNullable<RunOptions['onExchange']>): Transport {
  return withSend(transport, async (request) => {
    const started = performance.now()
    const exchanged = await transport.send(request)
    onExchange(exchanged, performance.timeOrigin + started, performance.now() - started)
    return exchanged
  })
}
