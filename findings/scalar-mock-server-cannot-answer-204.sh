#!/usr/bin/env bash
# @scalar/mock-server 0.3.25 with hono 4.13.19, on @hono/node-server 2.1.9 and by `app.request`
#
# Expected: `DELETE` with a documented 204 answers 204 without a body; a property with a `const` has that value.
# Seen:     each operation whose success is 204 answers 500 "Internal Server Error": the server builds a Response with a body
#           for a status that can't have one. And `const: card` is answered as null, which the schema refuses; the same value
#           as `enum: [card]` is answered rightly.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact @scalar/mock-server@0.3.25 hono@4.13.19 @hono/node-server@2.1.9 >/dev/null 2>&1
cat >probe.mjs <<'JS'
import { serve } from '@hono/node-server'
import { createMockServer } from '@scalar/mock-server'

const schema = { type: 'object', required: ['kind'], properties: { kind: { const: 'card' }, state: { enum: ['open'] } } }
const document = {
  openapi: '3.1.0',
  info: { title: 'Probe', version: '1' },
  paths: {
    '/things/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: { responses: { 200: { description: 'Found', content: { 'application/json': { schema } } } } },
      delete: { responses: { 204: { description: 'Gone' } } },
    },
  },
}
console.error = () => {}
const app = await createMockServer({ specification: document })
const listening = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, async ({ port }) => {
  const url = `http://127.0.0.1:${port}/things/1`
  const bySocket = (await fetch(url, { method: 'DELETE' })).status
  const inProcess = (await app.request('/things/1', { method: 'DELETE' })).status
  const thing = await (await fetch(url)).json()
  console.log('DELETE over a socket:', bySocket, '· by app.request:', inProcess, '· GET:', JSON.stringify(thing))
  listening.close()
  process.exitCode = bySocket === 500 && inProcess === 500 && thing.kind === null && thing.state === 'open' ? 0 : 1
})
JS
node probe.mjs
