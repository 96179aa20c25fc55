#!/usr/bin/env bash
# light-my-request 6.6.0, which Fastify's `inject` stands on (the last version whose dependencies declare Node 20):
# a header that is given as an array reaches the server as one header, its values joined by commas without a blank.
#
# Expected: what `http.request` does with the same array: the header is sent once for each value, `rawHeaders` has it twice,
#           and the values of an unknown header are joined by ", " in `headers`.
# Seen:     `rawHeaders` has it once with "one,two". A server that refuses a header which was sent twice can't be tested by
#           `inject`: the second value is invisible to it. A socket is needed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact light-my-request@6.6.0
cat >check.cjs <<'JS'
const http = require('node:http')
const inject = require('light-my-request')
const tell = (request, response) => {
  const values = request.rawHeaders.filter((_, index) => index % 2 === 1 && request.rawHeaders[index - 1].toLowerCase() === 'x-mark')
  response.end(JSON.stringify({ values, joined: request.headers['x-mark'] }))
}
const headers = { 'x-mark': ['one', 'two'] }
const server = http.createServer(tell).listen(0, '127.0.0.1', () => {
  http.get({ host: '127.0.0.1', port: server.address().port, headers }, async (response) => {
    let text = ''
    for await (const chunk of response) text += chunk
    server.close()
    const injected = (await inject(tell, { url: '/', headers })).payload
    console.log('socket:', text)
    console.log('inject:', injected)
    const isAsSeen =
      text === '{"values":["one","two"],"joined":"one, two"}' && injected === '{"values":["one,two"],"joined":"one,two"}'
    process.exitCode = isAsSeen ? 0 : 1
  })
})
JS
node check.cjs
