import type { MockOptions } from './assemble.ts'
import type { CertificateFiles } from '../mock/server/certificate.ts'

/** What a mock is made of, and where it listens. */
export interface UnderstudyOptions extends MockOptions {
  /** `false`: no socket, only `inject`. Default: `true`. */
  readonly listen?: boolean
  /** Default 0, a free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** `true`: HTTPS by a certificate for `localhost`, which is kept in the user's cache folder; or files of one, in PEM. Default: HTTP. */
  readonly https?: boolean | CertificateFiles
  /** How long a request may take to arrive, its body included, before it gets 408. Default 60,000. */
  readonly requestTimeoutMs?: number
}
