/** A request to send, ready for the wire: nothing is added but `host` and `content-length`. */
export interface OutgoingRequest {
  readonly method: string
  /** Path and query, already percent-encoded, below the target's base URL. */
  readonly path: string
  /** In the order in which they are sent; a name may come twice. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string | Uint8Array
}

/** What was sent and what came. */
export interface Exchanged {
  readonly sent: OutgoingRequest & { readonly url: string }
  readonly outcome: Answer | NoAnswer
}

export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  /** By lower-case name; several headers of one name are joined with a comma, except those that may come only once. */
  readonly headers: Readonly<Record<string, string>>
  /** Decoded from gzip, deflate or br. */
  readonly body: Uint8Array
  /** The body as UTF-8. */
  readonly text: string
}

/** The connection broke, nothing came in time, or what came was not HTTP. */
export interface NoAnswer {
  readonly kind: 'no-answer'
  /** `ECONNREFUSED`, `ETIMEDOUT`, …; ours are `EFRAMING`, `EABORTED`, `EMSGSIZE` and `EENCODING`. */
  readonly code: string
  readonly message: string
}

/** Whether there was an answer, and a success. */
export function hasSucceeded({ outcome }: Pick<Exchanged, 'outcome'>): boolean {
  return outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300
}

/** The first value of a header that a request would carry, by lower-case name. */
export function headerOf(request: Pick<OutgoingRequest, 'headers'>, name: string): string | undefined {
  return request.headers.find(([each]) => each.toLowerCase() === name)?.[1]
}

export function noAnswer(code: string, message: string): NoAnswer {
  return { kind: 'no-answer', code, message }
}

/** An answer whose text is made when somebody asks for it: most are validated by their bytes. */
export function answerOf(status: number, headers: Readonly<Record<string, string>>, body: Buffer): Answer {
  let text: string | undefined
  return {
    kind: 'answer',
    status,
    headers,
    body,
    get text() {
      text ??= body.toString('utf8')
      return text
    },
  }
}
