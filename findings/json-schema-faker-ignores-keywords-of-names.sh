#!/usr/bin/env bash
# json-schema-faker 0.6.3, `generate(schema, { seed })`, validated by ajv 8.20.0 (2020-12)
#
# Expected: what is made for a schema is valid against it, or the library says what it does not support.
# Seen:     `if`/`then`, `dependentRequired` and `prefixItems` are kept. `propertyNames` is not: the names are "prop" and a number,
#           whatever pattern or enum is asked for, for each of twenty seeds. `minContains` is kept for 17 of them (a length of
#           one is drawn all the same), `not: { required: […] }` for 6, by chance. No error and no warning in any case.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact json-schema-faker@0.6.3 ajv@8.20.0

cat >probe.mjs <<'JS'
import Ajv from 'ajv/dist/2020.js'
import { generate } from 'json-schema-faker'

const text = { type: 'string' }
const schemas = {
  'if/then': { type: 'object', required: ['k'], properties: { k: { const: 'a' } }, if: { required: ['k'] }, then: { required: ['z'], properties: { z: text } } },
  dependentRequired: { type: 'object', required: ['a'], properties: { a: text, b: text }, dependentRequired: { a: ['b'] } },
  contains: { type: 'array', items: text, contains: { const: 'x' }, minContains: 2 },
  prefixItems: { type: 'array', prefixItems: [text, { type: 'integer' }], minItems: 2, items: false },
  'propertyNames: pattern': { type: 'object', minProperties: 2, additionalProperties: text, propertyNames: { pattern: '^[a-z]{2}$' } },
  'propertyNames: enum': { type: 'object', minProperties: 1, additionalProperties: text, propertyNames: { enum: ['en', 'de'] } },
  'not required': { type: 'object', required: ['a'], properties: { a: text, b: text }, not: { required: ['b'] } },
}
const seen = {}
for (const [name, schema] of Object.entries(schemas)) {
  const validate = new Ajv({ strict: false }).compile(schema)
  let valid = 0
  for (let seed = 1; seed <= 20; seed++) valid += validate(await generate(schema, { seed })) ? 1 : 0
  seen[name] = valid
}
console.log(JSON.stringify(seen, undefined, 2))
process.exitCode = JSON.stringify(seen) === process.argv[2] ? 0 : 1
JS
node probe.mjs '{"if/then":20,"dependentRequired":20,"contains":17,"prefixItems":20,"propertyNames: pattern":0,"propertyNames: enum":0,"not required":6}'
