/** An example of a value, resolved. */
export interface ExampleSpec {
  readonly summary?: string
  readonly value: unknown
  readonly inferred?: string
}
