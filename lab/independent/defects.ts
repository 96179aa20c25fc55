/** A mistake a developer could have made, put into the code at the place where it would have been made. */
export interface Defect {
  /** `<api>/<operation>/<what>`, for example `polis/list/limit-ignored`. */
  readonly id: string
  readonly api: string
  /** Whether it breaks what the vendor's page promises, or what only we ruled. */
  readonly tier: 'documented' | 'assumed'
  /** What goes wrong, in one sentence, with the number of the line it breaks. */
  readonly about: string
}

/** The defects a server has; the empty set makes it a correct one. */
export type Defects = ReadonlySet<string>
