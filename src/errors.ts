/**
 * What can be wrong with the files and arguments that a user gives us; each ends the start with one clear line.
 * A broken request never throws one of these, and neither does a broken server under test.
 */
const errorCodes = {
  SPEC_UNREADABLE: 2,
  SPEC_INVALID: 2,
  FIXTURE_UNREADABLE: 2,
  FIXTURE_INVALID: 2,
  HANDLER_UNKNOWN: 2,
  API_UNKNOWN: 2,
  STATE_INVALID: 2,
  SNAPSHOT_INVALID: 2,
  TARGET_INVALID: 2,
  PACT_INVALID: 2,
  USAGE: 2,
  PORT_UNAVAILABLE: 2,
  TARGET_UNREACHABLE: 3,
} as const

export type ErrorCode = keyof typeof errorCodes

/** An error whose message is meant for the user: `where: what; what to do`. */
export class UnderstudyError extends Error {
  readonly code: ErrorCode
  /** `file#/json/pointer`, a flag or a URL. */
  readonly where: string | undefined

  constructor(code: ErrorCode, message: string, where?: string) {
    super(where === undefined ? message : `${where}: ${message}`)
    this.name = 'UnderstudyError'
    this.code = code
    this.where = where
  }

  get exitCode(): number {
    return errorCodes[this.code]
  }
}
