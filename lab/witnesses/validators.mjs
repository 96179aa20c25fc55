// Two validators of others look at what a run of `conform` sent to the mock and got from it.
// usage: node validators.mjs <folder of documents> <recording.jsonl> <allowed.json>
import { readFileSync } from 'node:fs'
import { createServer, request as send } from 'node:http'
import { join } from 'node:path'
import express from 'express'
import { middleware } from 'express-openapi-validator'
import { OpenAPIBackend } from 'openapi-backend'
import { parse } from 'yaml'

const [folder, recording, allowedFile] = process.argv.slice(2)
const allowed = JSON.parse(readFileSync(allowedFile, 'utf8'))
const used = new Set()
const exchanges = readFileSync(recording, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const disagreements = new Map()

function disagree(witness, exchange, message) {
  const place = `${exchange.method} ${exchange.url.split('?')[0]} ${exchange.status}`
  const known = allowed.find((each) => each.witness === witness && new RegExp(each.says).test(message))
  if (known) return void used.add(known)
  const text = `${witness}: ${message}`
  if (!disagreements.has(text)) disagreements.set(text, place)
}

const counts = { 'openapi-backend': 0, 'express-openapi-validator': 0 }
for (const name of [...new Set(exchanges.map(({ api }) => api))]) {
  const document = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8'))
  const own = exchanges.filter(({ api }) => api === name)
  await openapiBackend(document, own)
  await expressValidator(document, own)
}

/** What the mock took has to be a valid request, and every answer a valid one. */
async function openapiBackend(document, own) {
  const api = new OpenAPIBackend({
    definition: structuredClone(document),
    // The official schemas have looked at the document already.
    quick: true,
    ajvOpts: { strict: false, logger: false },
  })
  await api.init()
  for (const exchange of own) {
    const request = {
      method: exchange.method,
      path: exchange.url.split('?')[0],
      query: exchange.url.split('?')[1] ?? '',
      headers: exchange.requestHeaders,
      body: jsonOf(exchange.requestBody),
    }
    const operation = api.router.matchOperation(request)
    if (!operation) continue
    counts['openapi-backend']++
    if (exchange.status < 300 && !isMultipart(exchange)) {
      const { errors } = api.validator.validateRequest({ ...request, body: exchange.requestBody }, operation)
      for (const error of errors ?? []) disagree('openapi-backend', exchange, `request ${where(error)}`)
    }
    if (!isJson(exchange.responseHeaders)) continue
    const { errors } = api.validator.validateResponse(jsonOf(exchange.responseBody), operation, exchange.status)
    for (const error of errors ?? []) disagree('openapi-backend', exchange, `response ${where(error)}`)
  }
}

/** The recorded answers are given once more behind the middleware, which lets a valid pair pass. */
async function expressValidator(document, own) {
  const app = express()
  let current
  app.use(
    express.json({ type: ['application/json', 'application/json-patch+json'], strict: false }),
    express.text({ type: 'text/*' }),
  )
  app.use(
    middleware({
      apiSpec: structuredClone(document),
      validateRequests: { allowUnknownQueryParameters: true },
      validateResponses: true,
      validateSecurity: false,
      fileUploader: false,
      ignorePaths: /Upload/,
    }),
  )
  app.use((_, response) => {
    const { status, responseHeaders, responseBody } = current
    response.status(status)
    for (const name of ['content-type', 'etag', 'location', 'www-authenticate', 'allow', 'apistatussubcode'])
      if (responseHeaders[name] !== undefined) response.setHeader(name, responseHeaders[name])
    if (isJson(responseHeaders)) response.json(jsonOf(responseBody))
    else response.send(responseBody)
  })
  app.use((error, _request, response, _next) => {
    const what = (error.errors ?? []).map((each) => `${each.path} ${each.message}`).join('; ') || error.message
    response
      .status(599)
      .type('text')
      .send(`${error.status === 500 ? 'response' : 'request'} ${what}`)
  })
  const server = createServer(app)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = new URL(document.servers[0].url.replace('{reg_url}', 'http://x')).pathname.replace(/\/$/, '')
  for (const exchange of own) {
    current = exchange
    const answer = await play(server.address().port, base, exchange)
    counts['express-openapi-validator']++
    if (answer.status !== 599) continue
    // A refusal of the mock is a refusal of the middleware, too; what it says of a request that was taken counts.
    if (answer.text.startsWith('request') && exchange.status >= 400) continue
    disagree('express-openapi-validator', exchange, answer.text)
  }
  await new Promise((resolve) => server.close(resolve))
}

function play(port, base, { method, url, requestHeaders, requestBody }) {
  return new Promise((resolve, reject) => {
    const { host, connection, 'content-length': length, 'transfer-encoding': encoding, ...headers } = requestHeaders
    const outgoing = send({ port, method, path: base + url, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: response.statusCode, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(requestBody)
  })
}

function where({ instancePath = '', message = '' }) {
  return `${instancePath.replaceAll(/\d+/g, 'N')} ${message}`
}

function isMultipart({ requestHeaders }) {
  return (requestHeaders['content-type'] ?? '').startsWith('multipart/')
}

function isJson(headers) {
  return (headers['content-type'] ?? '').startsWith('application/json')
}

function jsonOf(text) {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

for (const [message, place] of disagreements) console.log(`${message}\n    first at ${place}`)
for (const entry of allowed.filter((each) => !used.has(each)))
  console.log(`never needed, so take it out of allowed.json: ${JSON.stringify(entry)}`)
const figures = Object.entries(counts).map(([name, count]) => `${count} exchanges under ${name}`)
console.log(`${figures.join(', ')}: ${disagreements.size} disagreements, ${used.size} allowed kinds`)
process.exitCode = disagreements.size > 0 || used.size < allowed.length ? 1 : 0
