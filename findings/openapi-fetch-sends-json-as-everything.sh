#!/usr/bin/env bash
# openapi-fetch 0.17.0, no serializer given, on Node 20, 22 and 24
#
# Expected: a client made for OpenAPI sends what the document's defaults say: a body in the media type that its Content-Type
#           names, a list in a form as repeated pairs, every parameter that has a value.
# Seen:     - a string for text/plain is sent as JSON, in quotes, and an object for multipart/form-data as JSON without a boundary.
#           - a list in a form is joined by a comma ("tags=a%2Cb"), where OpenAPI's default is tags=a&tags=b. In the query it
#             does the latter.
#           - a Date in the query is left out without a word (a lone "&" stays of it), and so are parameters in cookies.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact openapi-fetch@0.17.0

cat >probe.mjs <<'JS'
import createClient from 'openapi-fetch'

const sent = []
const client = createClient({
  baseUrl: 'http://localhost',
  fetch: async (request) => {
    const { pathname, search } = new URL(request.url)
    const type = request.headers.get('content-type')
    sent.push([pathname + search, type, request.headers.get('cookie'), await request.text()])
    return Response.json({})
  },
})
await client.POST('/text', { body: 'hello', headers: { 'Content-Type': 'text/plain' } })
await client.POST('/parts', { body: { a: 1 }, headers: { 'Content-Type': 'multipart/form-data' } })
await client.POST('/form', { body: { tags: ['a', 'b'] }, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
await client.GET('/query', { params: { query: { tags: ['a', 'b'], since: new Date(0) }, cookie: { theme: 'dark' } } })
for (const each of sent) console.log(JSON.stringify(each))
const known = [
  ['/text', 'text/plain', null, '"hello"'],
  ['/parts', 'multipart/form-data', null, '{"a":1}'],
  ['/form', 'application/x-www-form-urlencoded', null, 'tags=a%2Cb'],
  ['/query?tags=a&tags=b&', null, null, ''],
]
process.exitCode = JSON.stringify(sent) === JSON.stringify(known) ? 0 : 1
JS
node probe.mjs
