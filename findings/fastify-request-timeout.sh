#!/usr/bin/env bash
# fastify 5.12.8 on Node 20, 22 and 24
#
# Expected: `requestTimeout: 300` (the documented "maximum number of milliseconds for receiving the entire request from the client")
#           answers a body that does not arrive with 408 after about 300 ms, as `headersTimeout` and `requestTimeout` of node:http do.
# Seen:     nothing comes for a minute. Fastify sets `server.requestTimeout` on a server whose `headersTimeout` is still Node's
#           60,000; Node takes the smaller of the two for the headers and the larger for the whole request. With
#           `http: { headersTimeout: 300, connectionsCheckingInterval: 100 }` beside it the 408 comes in time.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fastify@5.12.8 >/dev/null 2>&1
cat >probe.mjs <<'JS'
import { connect } from 'node:net'
import Fastify from 'fastify'

const statusOf = async (options) => {
  const app = Fastify({ requestTimeout: 300, forceCloseConnections: true, ...options })
  app.post('/', () => 'taken')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const status = await new Promise((resolve) => {
    const socket = connect(app.server.address().port, '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a"')
    socket.on('data', (bytes) => resolve(/ (\d{3}) /.exec(String(bytes))?.[1]))
    setTimeout(() => resolve('nothing'), 4000)
  })
  await app.close()
  return status
}
// The interval of Node's checks is 30 s by default, so that both get a short one.
const alone = await statusOf({ http: { connectionsCheckingInterval: 100 } })
const together = await statusOf({ http: { connectionsCheckingInterval: 100, headersTimeout: 300 } })
console.log({ alone, together })
process.exit(alone === 'nothing' && together === '408' ? 0 : 1)
JS
node probe.mjs
