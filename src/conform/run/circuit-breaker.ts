import type { Exchanged, OutgoingRequest, Transport } from '../transport/transport.ts'
import { DIED, GONE } from '../transport/lost-server.ts'
import { withSend } from '../transport/transport.ts'

/** Answers that may stay away one after the other before a server that still takes connections counts as gone. */
const PATIENCE = 20
const POLL_MS = 100

/** A request that got no answer, in the order of sending. */
interface Lost {
  readonly number: number
  readonly transport: Transport
  readonly request: OutgoingRequest
  exchanged: Exchanged
}

/** The same transport, behind a breaker: one for all transports that lead to the same server. */
export function withCircuitBreaker(transport: Transport, breaker: CircuitBreaker): Transport {
  return withSend(transport, (request) => breaker.send(transport, request))
}

/**
 * Notices when the server has died: the request that it died of is answered with the code EDIED, and
 * if nobody starts the server again in time, all that follow with EGONE, unsent. A server that leaves some requests without an
 * answer and still answers others goes on being tested. When it is back, those that were under way beside are sent once more,
 * one by one, since nobody else can tell which of them it was.
 */
export class CircuitBreaker {
  readonly #timeoutMs: number
  #sent = 0
  #silent = 0
  #isGone = false
  #lost: Lost[] = []
  #examination: Promise<void> | undefined

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Whether the server has died and nobody has started it again. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** Somebody else has found that it is gone. */
  open(): void {
    this.#isGone = true
  }

  async send(transport: Transport, request: OutgoingRequest): Promise<Exchanged> {
    if (this.#examination) await this.#examination
    if (this.#isGone) return unsent(request)
    const number = this.#sent++
    const exchanged = await transport.send(request)
    if (exchanged.outcome.kind === 'answer') {
      this.#silent = 0
      return exchanged
    }
    this.#silent++
    const lost: Lost = { number, transport, request, exchanged }
    this.#lost.push(lost)
    this.#examination ??= this.#examine(transport).finally(() => (this.#examination = undefined))
    await this.#examination
    return lost.exchanged
  }

  async #examine(transport: Transport): Promise<void> {
    if (!(await this.#isDown(transport))) return void (this.#lost = [])
    const isBack = await this.#comesBack(transport)
    const candidates = this.#lost.toSorted((one, other) => one.number - other.number)
    this.#lost = []
    if (isBack && candidates.length > 1) return this.#tryOneByOne(candidates)
    // Whoever finds nobody listening any more is hardly the one.
    const first = candidates.find(({ exchanged }) => !isRefusedConnection(exchanged)) ?? candidates[0]
    for (const each of candidates) each.exchanged = coded(each.exchanged, each === first ? DIED : GONE)
    this.#isGone = !isBack
  }

  async #tryOneByOne(candidates: readonly Lost[]): Promise<void> {
    for (const each of candidates) {
      if (this.#isGone) each.exchanged = coded(each.exchanged, GONE)
      else await this.#tryAlone(each)
    }
  }

  async #tryAlone(lost: Lost): Promise<void> {
    const { transport } = lost
    lost.exchanged = await transport.send(lost.request)
    if (lost.exchanged.outcome.kind === 'answer' || !(await this.#isDown(transport))) return
    lost.exchanged = coded(lost.exchanged, DIED)
    this.#isGone = !(await this.#comesBack(transport))
  }

  /** Whether nobody listens, or nobody has answered for long. */
  async #isDown(transport: Transport): Promise<boolean> {
    const exchanged = await transport.send({ method: 'GET', path: '/', headers: [] })
    if (exchanged.outcome.kind === 'answer') return false
    return isRefusedConnection(exchanged) || this.#silent >= PATIENCE
  }

  async #comesBack(transport: Transport): Promise<boolean> {
    const until = performance.now() + this.#timeoutMs
    while (performance.now() < until) {
      const { outcome } = await transport.send({ method: 'GET', path: '/', headers: [] })
      if (outcome.kind === 'answer') return true
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
    return false
  }
}

function isRefusedConnection({ outcome }: Exchanged): boolean {
  return outcome.kind === 'no-answer' && outcome.code === 'ECONNREFUSED'
}

function coded(exchanged: Exchanged, code: string): Exchanged {
  const message = code === DIED ? 'the server is gone after this request' : 'the server is gone'
  return { sent: exchanged.sent, outcome: { kind: 'no-answer', code, message } }
}

function unsent(request: OutgoingRequest): Exchanged {
  return {
    sent: { ...request, url: request.path },
    outcome: { kind: 'no-answer', code: GONE, message: 'the server is gone' },
  }
}
