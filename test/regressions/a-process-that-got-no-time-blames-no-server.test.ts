import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createTransport } from '../../src/contract/transport.ts'

/** Stops the whole process, as a crowded machine does. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test('an answer that comes while the process stands still is read, however long that was', async () => {
  const server = createServer((_, response) => {
    response.end('here')
    standStill(300)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const transport = createTransport({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 200 })
  const { outcome } = await transport.send({ method: 'GET', path: '/', headers: [] })
  transport.close()
  server.close()
  expect(outcome).toMatchObject({ kind: 'answer', status: 200, text: 'here' })
})
