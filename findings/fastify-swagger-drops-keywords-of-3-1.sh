#!/usr/bin/env bash
# @fastify/swagger 9.9.3 with fastify 5.12.8, dynamic mode, `openapi: '3.1.0'`
#
# Expected: a Schema Object of OpenAPI 3.1 is JSON Schema 2020-12, so that keywords beside a `$ref` (minProperties, description),
#           `patternProperties` and `contentEncoding` reach the document as they stand on the route.
# Seen:     everything beside a `$ref` is dropped without a word, although Fastify enforces it: the document promises more than
#           the server takes. `patternProperties` becomes `additionalProperties` (its first pattern only, so any name is allowed),
#           `contentEncoding: base64` becomes 3.0's `format: byte`. `const` becomes `enum` unless `convertConstToEnum: false`.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fastify@5.12.8 @fastify/swagger@9.9.3 >/dev/null 2>&1
cat >probe.mjs <<'JS'
import Fastify from 'fastify'
import swagger from '@fastify/swagger'

const app = Fastify()
await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'probe', version: '1' } } })
app.addSchema({ $id: 'Labels', type: 'object' })
app.post(
  '/labels',
  {
    schema: {
      body: {
        type: 'object',
        properties: {
          labels: { $ref: 'Labels#', minProperties: 1, description: 'At least one.' },
          byName: { type: 'object', patternProperties: { '^x-': { type: 'string' } }, additionalProperties: false },
          picture: { type: 'string', contentEncoding: 'base64' },
        },
      },
    },
  },
  () => 'taken',
)
await app.ready()
const { properties } = app.swagger().paths['/labels'].post.requestBody.content['application/json'].schema
const refused = await app.inject({ method: 'POST', url: '/labels', payload: { labels: {} } })
const seen = {
  besideRef: Object.keys(properties.labels),
  enforced: refused.statusCode,
  byName: Object.keys(properties.byName).toSorted(),
  picture: properties.picture,
}
console.log(JSON.stringify(seen, undefined, 2))
const known = {
  besideRef: ['$ref'],
  enforced: 400,
  byName: ['additionalProperties', 'type'],
  picture: { type: 'string', format: 'byte' },
}
process.exitCode = JSON.stringify(seen) === JSON.stringify(known) ? 0 : 1
JS
node probe.mjs
