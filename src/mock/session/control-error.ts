import { type ErrorCode, UnderstudyError } from '../../errors.ts'

/** How a call that the control refuses is answered over HTTP: wrong in itself, about nothing that exists, against what is there. */
export type ControlStatus = 400 | 404 | 409

/** What a caller of the control asked for and cannot have. The library throws it; below `/__mock` it is a problem with its status. */
export class ControlError extends UnderstudyError {
  readonly status: ControlStatus
  /** The message without the place. */
  readonly reason: string

  constructor(
    status: ControlStatus,
    reason: string,
    { code = 'USAGE', where }: { code?: ErrorCode; where?: string } = {},
  ) {
    super(code, reason, where)
    this.status = status
    this.reason = reason
  }
}
