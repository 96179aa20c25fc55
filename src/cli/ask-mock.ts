import { readTrust } from '../conform/transport/read-trust.ts'
import { createTransport } from '../conform/transport/transport.ts'
import { UnderstudyError } from '../errors.ts'
import type { TrustOptions } from './options.ts'

/** Where a mock runs unless somebody says otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:4010'

const TIMEOUT_MS = 10_000

export interface MockAnswer {
  readonly status: number
  /** `undefined` where it is no JSON object. */
  readonly body: unknown
}

/** Asks the control plane of a running mock or proxy. Throws TARGET_UNREACHABLE. */
export async function askMock(baseUrl: string, path: string, trust: TrustOptions = {}): Promise<MockAnswer> {
  const url = baseUrl.replace(/\/+$/, '')
  const transport = createTransport({ baseUrl: url, timeoutMs: TIMEOUT_MS, trust: readTrust(trust) })
  try {
    const { outcome } = await transport.send({ method: 'GET', path, headers: [['accept', 'application/json']] })
    if (outcome.kind === 'no-answer')
      throw new UnderstudyError('TARGET_UNREACHABLE', `can't be reached (${outcome.code})`, url + path)
    const { status, text } = outcome
    return { status, body: text.startsWith('{') ? JSON.parse(text) : undefined }
  } finally {
    transport.close()
  }
}
