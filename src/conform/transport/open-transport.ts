import type { Target } from '../target.ts'
import { withTokens } from './oauth2.ts'
import { createTransport, withDefaults, withSend, type Transport, type TransportOptions } from './transport.ts'

/** Opens connections to the server under test, as its target says. */
export function openTransport(target: Target, options: Pick<TransportOptions, 'rate' | 'connections'> = {}): Transport {
  const { baseUrl, headers, timeoutMs, trust, tokens = [] } = target
  const common = { timeoutMs, ...(trust && { trust }) }
  if (tokens.length === 0) return createTransport({ baseUrl, headers, ...common, ...options })
  const defaults = Object.entries(headers)
  const transport = withTokens(createTransport({ baseUrl, ...common, ...options }), tokens, common)
  return withSend(transport, (request) => transport.send({ ...request, headers: withDefaults(request, defaults) }))
}
