import type { Operation } from '../openapi/api.ts'

/** A request on its way to the mock. */
export interface ProxyRequest {
  readonly method: string
  /** Path and query as they were sent. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Each value of a header that came more than once. */
  readonly repeated?: Readonly<Record<string, readonly string[]>>
  readonly body: Buffer
}

/** An answer on its way to the suite. */
export interface ProxyAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** One request as a faulty server sees it. */
export interface Call {
  readonly request: ProxyRequest
  /** `undefined` where no operation has this method and path. */
  readonly operation: Operation | undefined
  /** The values of the path's parameters as sent. */
  readonly path: Readonly<Record<string, string>>
  /** Whether the path belongs to some operation, whatever the method. */
  readonly isKnownPath: boolean
  /** What tells one world of the mock from another; changes with each reset. */
  readonly world: string
  /** What the mock answers, and what it then remembers. */
  forward(request?: ProxyRequest): Promise<ProxyAnswer>
  /** What the mock would answer; it remembers nothing of it. */
  pretend(request?: ProxyRequest): Promise<ProxyAnswer>
  /** To be called whenever something has been done wrong: a defect that nobody provokes is told apart. */
  wrong(): void
}

/** How a server answers; a new one for each run, so that it may remember things. `hang-up` answers nothing at all. */
export type Behaviour = (call: Call) => Promise<ProxyAnswer | 'hang-up'>

/** A behaviour that changes some answers; `undefined` leaves one as it is. */
export function changingAnswers(change: (answer: ProxyAnswer, call: Call) => ProxyAnswer | undefined): Behaviour {
  return async (call) => {
    const answer = await call.forward()
    const changed = change(answer, call)
    if (changed === undefined) return answer
    call.wrong()
    return changed
  }
}

/** A behaviour that takes some requests for others; `undefined` leaves one as it is. */
export function changingRequests(change: (call: Call) => ProxyRequest | undefined): Behaviour {
  return (call) => {
    const changed = change(call)
    if (changed === undefined) return call.forward()
    call.wrong()
    return call.forward(changed)
  }
}

/** A behaviour that answers some requests by itself. */
export function answeringItself(answer: (call: Call) => ProxyAnswer | undefined): Behaviour {
  return async (call) => {
    const own = answer(call)
    if (own === undefined) return call.forward()
    call.wrong()
    return own
  }
}

/** The body as JSON, `undefined` when it is something else. */
export function jsonIn(message: { readonly body: Buffer }): unknown {
  try {
    return JSON.parse(message.body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

export function withJson<Message extends { readonly body: Buffer }>(message: Message, value: unknown): Message {
  return { ...message, body: Buffer.from(JSON.stringify(value)) }
}

/** `null` removes a header. */
export function withHeaders<Message extends { readonly headers: Readonly<Record<string, string>> }>(
  message: Message,
  headers: Readonly<Record<string, string | null>>,
): Message {
  const kept = Object.entries({ ...message.headers, ...headers }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  return { ...message, headers: Object.fromEntries(kept) }
}

export function isSuccess({ status }: ProxyAnswer): boolean {
  return status >= 200 && status < 300
}

export function isRefusal({ status }: ProxyAnswer): boolean {
  return status >= 400 && status < 500
}
