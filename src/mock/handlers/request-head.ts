/** What every stage may know of the request. */
export interface RequestHead {
  readonly method: string
  /** Path and query exactly as sent. */
  readonly url: string
  /** Path as sent below the mock's root, without a session prefix and without the query. */
  readonly path: string
  /** Raw header values by lower-case name, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** How often each header was sent, for rules that count them. */
  readonly rawHeaders: readonly string[]
}
