import { UnderstudyError } from '../../errors.ts'
import { withSend, type Transport } from '../transport/transport.ts'

/** Answers that may stay away one after the other before it is asked whether anybody is there at all. */
const PATIENCE = 20

/**
 * The same transport, which gives up when the server has gone: hundreds of failures would say no more than that. A server
 * that leaves some requests without an answer and still answers others goes on being tested. Then sending throws
 * TARGET_UNREACHABLE.
 */
export function withCircuitBreaker(transport: Transport, baseUrl: string): Transport {
  let silent = 0
  return withSend(transport, async (request) => {
    const exchanged = await transport.send(request)
    silent = exchanged.outcome.kind === 'no-answer' ? silent + 1 : 0
    if (silent > 0 && silent % PATIENCE === 0) await assertThere(transport, baseUrl)
    return exchanged
  })
}

async function assertThere(transport: Transport, baseUrl: string): Promise<void> {
  const { outcome } = await transport.send({ method: 'GET', path: '/', headers: [] })
  if (outcome.kind === 'answer') return
  throw new UnderstudyError(
    'TARGET_UNREACHABLE',
    `has stopped answering (${outcome.message}); is it still running?`,
    baseUrl,
  )
}
