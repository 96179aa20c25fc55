/** What became of a request, told when its answer is out. */
export interface RequestEvent {
  /** RFC 3339, by the machine's clock. */
  readonly at: string
  readonly method: string
  /** As sent, without query, mount and session prefix; any character may be in it. */
  readonly path: string
  /** 0 where no answer was given. */
  readonly status: number
  readonly api?: string
  readonly operationId?: string
  /** `default`, or the id of the session that the request named. */
  readonly session: string
  readonly durationMs: number
  /** The stage that refused it. */
  readonly refusedBy?: string
  /** Why, in a sentence. */
  readonly reason?: string
  /** Where the spec states the rule that was broken. */
  readonly pointer?: string
}

export type RequestListener = (event: RequestEvent) => void
