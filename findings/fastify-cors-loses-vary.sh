#!/usr/bin/env bash
# @fastify/cors 11.4.3 with fastify 5.12.8, `origin` as a list
#
# Expected: an answer that depends on the Origin of the request says so in `Vary`, whatever else it depends on: a route that
#           sets `Vary: accept` is answered with `accept, Origin`.
# Seen:     the plugin sets `Vary: Origin` before the route runs, and `reply.header('vary', …)` puts the route's own value in its
#           place. A cache then keeps the answer for one page and hands it to the other, whose browser refuses it. Routes that
#           set no `Vary` keep `Origin`. A hook of one's own that runs later (`onSend`) has to add it again.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact fastify@5.12.8 @fastify/cors@11.4.3

cat >probe.mjs <<'JS'
import Fastify from 'fastify'
import cors from '@fastify/cors'

const app = Fastify()
await app.register(cors, { origin: ['http://localhost:3000', 'http://localhost:5173'] })
app.get('/plain', () => ({ negotiated: false }))
app.get('/negotiated', (_request, reply) => reply.header('vary', 'accept').send({ negotiated: true }))

const seen = {}
for (const url of ['/plain', '/negotiated']) {
  const { headers } = await app.inject({ url, headers: { origin: 'http://localhost:3000' } })
  seen[url] = { granted: headers['access-control-allow-origin'], vary: headers.vary }
}
console.log(JSON.stringify(seen, undefined, 2))
const known = {
  '/plain': { granted: 'http://localhost:3000', vary: 'Origin' },
  '/negotiated': { granted: 'http://localhost:3000', vary: 'accept' },
}
process.exitCode = JSON.stringify(seen) === JSON.stringify(known) ? 0 : 1
JS
node probe.mjs
