import { openTransport } from '../conform/transport/open-transport.ts'
import type { Target } from '../conform/target.ts'
import { UnderstudyError } from '../errors.ts'
import type { ProxyAnswer, ProxyRequest } from './call.ts'
import type { Backend } from './gateway.ts'

const NOT_PASSED_ON: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding'])
const NOT_PASSED_BACK: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-encoding',
  'keep-alive',
  'transfer-encoding',
])

/** A real server behind a gateway. What it would answer can't be asked without its doing it. */
export function openRemoteBackend(target: Target): Backend & { close(): void } {
  const transport = openTransport(target)
  return {
    forward: async ({ method, url, headers, repeated = {}, body }: ProxyRequest): Promise<ProxyAnswer> => {
      const pairs = Object.entries(headers)
        .filter(([name]) => !NOT_PASSED_ON.has(name))
        .flatMap(([name, value]) => (repeated[name] ?? [value]).map((each): [string, string] => [name, each]))
      const { outcome } = await transport.send({ method, path: url, headers: pairs, ...(body.length > 0 && { body }) })
      if (outcome.kind === 'no-answer') throw new UnderstudyError('TARGET_UNREACHABLE', outcome.message, target.baseUrl)
      const kept = Object.entries(outcome.headers).filter(([name]) => !NOT_PASSED_BACK.has(name))
      return { status: outcome.status, headers: Object.fromEntries(kept), body: Buffer.from(outcome.body) }
    },
    pretend: () => Promise.reject(new Error('a real server cannot be asked what it would do')),
    close: () => transport.close(),
  }
}
