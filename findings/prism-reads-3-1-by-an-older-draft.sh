#!/usr/bin/env bash
# @stoplight/prism-cli 5.14.2, `prism mock` on a document with `openapi: 3.1.0`
#
# Expected: 3.1 is JSON Schema 2020-12, and Prism says that it supports 3.1. `const`, `if`/`then` and `type: [string, null]` do work.
# Seen:     the keywords that are newer than draft 7 are not known, without a warning:
#           - `prefixItems` is nothing, so that `items: false` beside it refuses every element: the valid ["a", 1] gets 422, and
#             without `items` a wrong ["a", "b"] gets 200.
#           - `dependentRequired` and `unevaluatedProperties: false` are not looked at: 200 for bodies that break them.
#           - `contains` with `minContains: 2` takes one hit.
#           Moreover a parameter that is described by `content` (a JSON text in the query) is not validated at all.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact @stoplight/prism-cli@5.14.2 >/dev/null 2>&1
cat >probe.cjs <<'JS'
const { writeFileSync } = require('node:fs')
const { spawn } = require('node:child_process')

const operation = (schema) => ({
  post: { requestBody: { required: true, content: { 'application/json': { schema } } }, responses: { 200: { description: 'Taken' } } },
})
const pair = { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] }
const paths = {
  '/condition': operation({ type: 'object', if: { required: ['kind'] }, then: { required: ['number'] } }),
  '/closed-pair': operation({ ...pair, items: false }),
  '/pair': operation(pair),
  '/dependent': operation({ type: 'object', dependentRequired: { card: ['holder'] } }),
  '/unevaluated': operation({ allOf: [{ type: 'object', properties: { name: { type: 'string' } } }], unevaluatedProperties: false }),
  '/two-ones': operation({ type: 'array', contains: { const: 1 }, minContains: 2 }),
  '/by-content': {
    get: {
      parameters: [{ name: 'filter', in: 'query', content: { 'application/json': { schema: { type: 'object', required: ['name'] } } } }],
      responses: { 200: { description: 'Found' } },
    },
  },
}
writeFileSync('document.json', JSON.stringify({ openapi: '3.1.0', info: { title: 'Probe', version: '1' }, paths }))
const requests = [
  ['/condition', { kind: 'card' }, 422],
  ['/closed-pair', ['a', 1], 422],
  ['/pair', ['a', 'b'], 200],
  ['/dependent', { card: '1' }, 200],
  ['/unevaluated', { other: 1 }, 200],
  ['/two-ones', [1, 2], 200],
  ['/by-content?filter=' + encodeURIComponent('{"other":1}'), undefined, 200],
]
const prism = spawn(process.execPath, ['node_modules/@stoplight/prism-cli/dist/index.js', 'mock', '--port', '0', 'document.json'])
let printed = ''
prism.stdout.on('data', async (bytes) => {
  printed += bytes
  const base = /listening on (http:\S+)/.exec(printed)?.[1]
  if (base === undefined || prism.asked) return
  prism.asked = true
  let changed = false
  for (const [path, body, seen] of requests) {
    const sent = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const { status } = await fetch(base + path, sent)
    console.log(path.split('?')[0], JSON.stringify(body), status)
    changed ||= status !== seen
  }
  prism.kill()
  process.exitCode = changed ? 1 : 0
})
JS
node probe.cjs
