#!/usr/bin/env bash
# fastify 5.12.8 on Node 20, 22 and 24
#
# Expected: an app without a single schema loads no compiler of schemas; a setting that is used later (`compilersFactory`) costs nothing.
# Seen:     creating the app loads @fastify/ajv-compiler with Ajv, and @fastify/fast-json-stringify-compiler, some hundred files, before
#           the first route is there. `schemaController: { compilersFactory: { buildValidator, buildSerializer } }` keeps them out; they
#           are asked for by the first route with a schema that has no compiler of its own.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fastify@5.12.8 >/dev/null 2>&1
cat >probe.cjs <<'JS'
const Fastify = require('fastify')

const compilers = () => Object.keys(require.cache).filter((file) => /(ajv|fast-json-stringify)-compiler|node_modules.ajv./.test(file)).length
const none = () => () => {
  throw new Error('nobody asks for it')
}
const before = compilers()
const lean = Fastify({ schemaController: { compilersFactory: { buildValidator: none, buildSerializer: none } } })
lean.get('/', () => 'here')
const withFactories = compilers()
Fastify()
const plain = compilers()
lean.inject('/').then(({ statusCode }) => {
  console.log({ before, withFactories, plain, statusCode })
  process.exit(withFactories === before && plain > before + 50 && statusCode === 200 ? 0 : 1)
})
JS
node probe.cjs
