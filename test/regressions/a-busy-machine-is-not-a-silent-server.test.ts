import { expect, test } from 'vitest'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTransport } from '../../src/contract/transport.ts'

/** Keeps this process from running anything else, as a machine does that is busy with others. */
function keepBusy(forMs: number): void {
  const end = performance.now() + forMs
  while (performance.now() < end);
}

test('an answer that could not be read in time because this process did not run is no missing answer', async () => {
  const server = createServer((_, answer) => answer.end('here'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const transport = createTransport({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 100 })
  const sending = transport.send({ method: 'GET', path: '/', headers: [] })
  setImmediate(() => keepBusy(600))
  const { outcome } = await sending
  transport.close()
  server.close()
  expect(outcome).toMatchObject({ kind: 'answer', status: 200, text: 'here' })
})

test('a server that does not answer is still given up on', async () => {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const transport = createTransport({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 100 })
  const { outcome } = await transport.send({ method: 'GET', path: '/', headers: [] })
  transport.close()
  server.closeAllConnections()
  server.close()
  expect(outcome).toMatchObject({ kind: 'no-answer', code: 'ETIMEDOUT' })
})
