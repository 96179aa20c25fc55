#!/usr/bin/env bash
# @apidevtools/swagger-parser 13.0.0, `SwaggerParser.validate`
#
# Expected: the rules that a JSON Schema of OpenAPI can't say are checked for each version that the package validates: they stand
#           in the text of 2.0, 3.0 and 3.1 alike.
# Seen:     they are checked for 2.0 only. In 3.0 and 3.1 a template parameter that nobody declares, a path parameter that is not in
#           the path, and one operationId for two operations are "valid"; each is refused in 2.0. A parameter given twice is
#           found in 3.0 by the schema, and not in 3.1.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact @apidevtools/swagger-parser@13.0.0

cat >probe.mjs <<'JS'
import SwaggerParser from '@apidevtools/swagger-parser'

const responses = { 200: { description: 'ok' } }
const seen = {}
for (const version of ['2.0', '3.0.3', '3.1.0']) {
  const isOld = version === '2.0'
  const id = { name: 'id', in: 'path', required: true, ...(isOld ? { type: 'string' } : { schema: { type: 'string' } }) }
  const documents = {
    'undeclared template parameter': { '/pets/{id}': { get: { responses } } },
    'parameter without a template': { '/pets': { get: { parameters: [id], responses } } },
    'operationId twice': { '/a': { get: { operationId: 'x', responses } }, '/b': { get: { operationId: 'x', responses } } },
    'parameter twice': { '/pets/{id}': { get: { parameters: [id, { ...id }], responses } } },
  }
  seen[version] = []
  for (const [name, paths] of Object.entries(documents)) {
    const head = { [isOld ? 'swagger' : 'openapi']: version, info: { title: 'probe', version: '1' } }
    const outcome = await SwaggerParser.validate({ ...head, paths }).then(
      () => 'valid',
      () => 'refused',
    )
    seen[version].push(`${name}: ${outcome}`)
  }
}
console.log(JSON.stringify(seen, undefined, 2))
const rules = ['undeclared template parameter', 'parameter without a template', 'operationId twice']
const known = {
  '2.0': [...rules.map((rule) => `${rule}: refused`), 'parameter twice: refused'],
  '3.0.3': [...rules.map((rule) => `${rule}: valid`), 'parameter twice: refused'],
  '3.1.0': [...rules.map((rule) => `${rule}: valid`), 'parameter twice: valid'],
}
process.exitCode = JSON.stringify(seen) === JSON.stringify(known) ? 0 : 1
JS
node probe.mjs
