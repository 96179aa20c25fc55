import type { Target } from '../target.ts'
import { createTransport, type Transport, type TransportOptions } from './transport.ts'

/** Opens connections to the server under test, as its target says. */
export function openTransport(target: Target, options: Pick<TransportOptions, 'rate' | 'connections'> = {}): Transport {
  const { baseUrl, headers, timeoutMs, trust } = target
  return createTransport({ baseUrl, headers, timeoutMs, ...(trust && { trust }), ...options })
}
