#!/usr/bin/env bash
# @pactflow/openapi-pact-comparator 2.3.1 on documents of OpenAPI 3.1
#
# Expected: a response that is valid against its schema is compatible, one that is not is an error. Only a property that the
#           document names nowhere is a further reason to refuse: the consumer relies on something that is not promised.
# Seen:     - `prefixItems` is not looked at: ["a", "b"] passes where the second place is an integer, and the valid ["a", 1] is
#             refused as soon as `items: false` closes the tuple.
#           - each branch of `anyOf` is closed for itself, so that an answer which uses properties of two branches is refused.
#           - a property that only `then` names is refused as an additional one, though the document promises it.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact @pactflow/openapi-pact-comparator@2.3.1 >/dev/null 2>&1
cat >probe.mjs <<'JS'
import { Comparator } from '@pactflow/openapi-pact-comparator'

const text = { type: 'string' }
const pair = { type: 'array', prefixItems: [text, { type: 'integer' }] }
const object = (properties) => ({ type: 'object', properties })
const cases = [
  ['a wrong tuple', pair, ['a', 'b']],
  ['a closed tuple', { ...pair, items: false }, ['a', 1]],
  ['two branches of anyOf', { anyOf: [object({ mail: text }), object({ phone: text })] }, { mail: 'm', phone: 'p' }],
  ['a property below then', { ...object({ kind: text }), if: object({ kind: { const: 'card' } }), then: object({ number: text }) }, { kind: 'card', number: '1' }],
]
const headers = { 'Content-Type': 'application/json' }
for (const [name, schema, body] of cases) {
  const responses = { 200: { description: 'Found', content: { 'application/json': { schema } } } }
  const oas = { openapi: '3.1.0', info: { title: 'Probe', version: '1' }, paths: { '/things': { get: { responses } } } }
  const interaction = { description: name, request: { method: 'GET', path: '/things' }, response: { status: 200, headers, body } }
  const pact = { consumer: { name: 'c' }, provider: { name: 'p' }, interactions: [interaction], metadata: { pactSpecification: { version: '2.0.0' } } }
  const errors = []
  for await (const result of new Comparator({ oas }).compare(pact)) if (result.type === 'error') errors.push(result.message)
  console.log(`${name}: ${errors.length === 0 ? 'compatible' : 'refused'}`, errors.join('; '))
}
JS
node probe.mjs | tee seen.txt
[ "$(grep -c '^a wrong tuple: compatible' seen.txt)" = 1 ]
[ "$(grep -c ': refused ' seen.txt)" = 3 ]
