import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { parse } from 'yaml'
import { newInteraction } from './rows.ts'

/**
 * The least that a conformance run can be: sends requests to a mock, validates each answer by its schema, and checks nothing
 * else. Reads and creates take turns. Usage: bare-loop.ts URL REQUESTS
 */
const [url = '', count = '1'] = process.argv.slice(2)
const CONNECTIONS = 24
const SEEDED = '7da76f74-7951-423a-be41-85a2551d16e7'

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
const headers = { authorization: 'Bearer polis-user-a', 'content-type': 'application/json' }
const body = JSON.stringify(newInteraction())
const spec = fileURLToPath(new URL('../openapi/polis.yaml', import.meta.url))
const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
ajvFormats.default(ajv, { mode: 'full' })
ajv.addSchema(parse(readFileSync(spec, 'utf8')) as object, 'spec')
const read = {
  method: 'GET',
  path: `/v2/interactions/${SEEDED}`,
  status: 200,
  judge: judgeOf('/v2/interactions/{id}', 'get', 200),
}
const create = {
  method: 'POST',
  path: '/v2/interactions',
  status: 201,
  judge: judgeOf('/v2/interactions', 'post', 201),
}

let left = Number(count)
await Promise.all(Array.from({ length: CONNECTIONS }, loop))
agent.destroy()

async function loop(): Promise<void> {
  while (left > 0) await exchange(left-- % 2 === 0 ? read : create)
}

function exchange({ method, path, status, judge }: typeof read): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method, agent, headers }, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => (text += chunk))
      incoming.on('end', () => {
        const isRight = incoming.statusCode === status && judge(JSON.parse(text))
        if (isRight) resolve()
        else reject(new Error(`${method} ${path}: ${incoming.statusCode} ${ajv.errorsText(judge.errors)}`))
      })
    })
    outgoing.on('error', reject)
    outgoing.end(method === 'POST' ? body : undefined)
  })
}

function judgeOf(template: string, method: string, status: number): ValidateFunction {
  const tokens = ['paths', template, method, 'responses', status, 'content', 'application/json', 'schema']
  const pointer = tokens.map((token) => encodeURIComponent(String(token).replaceAll('/', '~1'))).join('/')
  return ajv.compile({ $ref: `spec#/${pointer}` })
}
