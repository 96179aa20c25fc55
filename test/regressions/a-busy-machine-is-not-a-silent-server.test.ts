import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createTransport, type Exchanged } from '../../src/conform/transport/transport.ts'

/** Keeps this process from running anything, as a crowded machine does. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** What a transport with little patience makes of a server. */
async function outcomeOf(
  listener: RequestListener,
  timeoutMs: number,
  meanwhile = (): void => undefined,
): Promise<Exchanged['outcome']> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const transport = createTransport({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs })
  const sending = transport.send({ method: 'GET', path: '/', headers: [] })
  setImmediate(meanwhile)
  const { outcome } = await sending
  transport.close()
  server.closeAllConnections()
  server.close()
  return outcome
}

const here = { kind: 'answer', status: 200, text: 'here' }

test('an answer that could not be read in time because this process did not run is no missing answer', async () => {
  const outcome = await outcomeOf(
    (_, response) => response.end('here'),
    100,
    () => standStill(600),
  )
  expect(outcome).toMatchObject(here)
})

test('an answer that comes while the process stands still is read, however long that was', async () => {
  const outcome = await outcomeOf((_, response) => {
    response.end('here')
    standStill(300)
  }, 200)
  expect(outcome).toMatchObject(here)
})

test('a server that does not answer is still given up on', async () => {
  expect(await outcomeOf(() => undefined, 100)).toMatchObject({ kind: 'no-answer', code: 'ETIMEDOUT' })
})
