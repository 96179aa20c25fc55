#!/usr/bin/env bash
# @pact-foundation/pact 16.5.0, `MatchersV3` in a PactV4 contract, played by its own Verifier
#
# Expected: a matcher of a kind takes each JSON text of that kind. JSON has one kind of number, JavaScript writes 12.0 as 12, JSON
#           Schema calls 3.0 an integer, and RFC 9562 lets a UUID be read in capitals as well.
# Seen:     the matchers judge the spelling.
#           - `decimal(12.5)` refuses 12, so that a contract on a price fails on the day when the price is whole.
#           - `integer(3)` refuses 3.0, as Python and Java print a float; the plain example 3 does, too.
#           - `uuid()` refuses capitals, as some databases and .NET code print them.
#           `number()` and `like()` take each of the numbers.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact @pact-foundation/pact@16.5.0

cat >probe.mjs <<'JS'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import pact from '@pact-foundation/pact'

const { MatchersV3, PactV4, Verifier } = pact

async function keeps(name, value, text) {
  const dir = `${process.cwd()}/${name}`
  const consumer = new PactV4({ consumer: 'shop', provider: 'prices', dir, logLevel: 'error' })
  await consumer
    .addInteraction()
    .uponReceiving('a request')
    .withRequest('GET', '/')
    .willRespondWith(200, (answer) => answer.jsonBody({ value }))
    .executeTest((mock) => fetch(mock.url))
  const server = createServer((_request, answer) => {
    answer.setHeader('content-type', 'application/json').end(`{"value":${text}}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const providerBaseUrl = `http://127.0.0.1:${server.address().port}`
  const pactUrls = [`${dir}/${readdirSync(dir)[0]}`]
  const verified = await new Verifier({ provider: 'prices', providerBaseUrl, pactUrls, logLevel: 'error' }).verifyProvider().then(
    () => 'kept',
    () => 'broken',
  )
  server.closeAllConnections()
  server.close()
  return `${name} ${text}: ${verified}`
}

const { decimal, integer, like, number, uuid } = MatchersV3
const id = '497f6eca-6276-4993-bfeb-53cbbbba6f08'
const cases = [
  ['decimal', decimal(12.5), '12.25'],
  ['decimal-whole', decimal(12.5), '12'],
  ['integer', integer(3), '4'],
  ['integer-float', integer(3), '3.0'],
  ['plain-float', 3, '3.0'],
  ['number-whole', number(12.5), '12'],
  ['like-float', like(3), '3.0'],
  ['uuid', uuid(id), `"${id}"`],
  ['uuid-capitals', uuid(id), `"${id.toUpperCase()}"`],
]
const seen = []
for (const each of cases) seen.push(await keeps(...each))
console.log(seen.join('\n'))
const broken = ['decimal-whole', 'integer-float', 'plain-float', 'uuid-capitals']
const known = cases.map(([name, , text]) => `${name} ${text}: ${broken.includes(name) ? 'broken' : 'kept'}`)
process.exitCode = seen.join() === known.join() ? 0 : 1
JS
node probe.mjs 2>/dev/null
