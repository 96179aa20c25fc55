export type SearchKind =
  | 'operation'
  | 'parameter'
  | 'header'
  | 'property'
  | 'value'
  | 'error code'
  | 'preset'
  | 'state'
  | 'credential'
  | 'variable'

/** One thing that can be found, as the server tells it to the script. */
export interface SearchEntry {
  readonly kind: SearchKind
  readonly title: string
  readonly detail: string
  readonly api: string
  /** Relative to `/docs/`. */
  readonly href: string
}
