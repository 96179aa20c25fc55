/** Ends the handling of a request with a status and a sentence; each API puts them into its own form. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string | undefined

  constructor(status: number, message: string, code?: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Tells whether a defect, named without its API, is switched on. */
export type Flawed = (defect: string) => boolean
