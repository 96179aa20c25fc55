import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { folderWith } from '../support/pets.ts'

const document = `openapi: 3.1.0
info: { title: Odd, version: '1' }
servers: [{ url: 'https://odd.example' }]
paths:
  /a:
    get:
      operationId: toString
      parameters:
        - { name: constructor, in: query, schema: { type: integer } }
        - { name: __proto__, in: query, schema: { type: string } }
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object } } } } }
  /b:
    post:
      operationId: constructor
      requestBody: { required: true, content: { application/json: { schema: { type: object } } } }
      responses: { '201': { description: made, content: { application/json: { schema: { type: object } } } } }
  /c/{toString}:
    get:
      operationId: __proto__
      parameters: [{ name: toString, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object } } } } }
  /valueOf:
    get:
      operationId: isPrototypeOf
      responses: { '200': { description: ok, headers: { hasOwnProperty: { required: true, schema: { type: integer } } }, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/valueOf' } } } } } }
    post:
      operationId: toLocaleString
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/valueOf' } } } }
      responses: { '201': { description: made, content: { application/json: { schema: { $ref: '#/components/schemas/valueOf' } } } } }
  /valueOf/{id}:
    get:
      operationId: propertyIsEnumerable
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/valueOf' } } } } }
components:
  schemas: { valueOf: { type: object, required: [id, constructor], properties: { id: { type: string }, constructor: { type: integer } } } }
`
let mock: Understudy
beforeAll(async () => {
  mock = await createUnderstudy({ openapi: folderWith({ 'odd.yaml': document }), listen: false })
})
afterAll(async () => {
  expect(mock.violations()).toEqual([])
  await mock.close()
})

test.each([
  ['toString', 'GET', '/a?constructor=5&__proto__=x', 200],
  ['constructor', 'POST', '/b', 201],
  ['__proto__', 'GET', '/c/x', 200],
] as const)('an operation may be called %s', async (operationId, method, url, status) => {
  const payload = method === 'POST' ? { payload: {} } : {}
  expect((await mock.inject({ method, url, ...payload })).statusCode).toBe(status)
  const verdict = await mock.inject({ method: 'POST', url: '/__mock/requests/verify', payload: { operationId } })
  expect(verdict.json()).toMatchObject({ verified: true, count: 1 })
  const coverage = mock.coverage().operations.find((each) => each.operationId === operationId)
  expect(coverage).toMatchObject({ requests: 1, statuses: { [status]: 1 } })
})

test.each(['valueOf', 'hasOwnProperty'])('%s is no operation because every object has it', async (operationId) => {
  const fault = await mock.inject({ method: 'POST', url: '/__mock/faults', payload: { kind: 'drop', operationId } })
  expect(fault.statusCode).toBe(400)
})

test('1e1 in a query is no integer, 10 is one', async () => {
  const status = async (value: string) => (await mock.inject(`/a?constructor=${value}`)).statusCode
  expect([await status('1e1'), await status('1.0'), await status('10'), await status('-3')]).toEqual([
    400, 400, 200, 200,
  ])
})

test('rows are kept whatever their collection and its operations are called', async () => {
  const row = { id: 'a', constructor: 5 }
  const made = await mock.inject({ method: 'POST', url: '/valueOf', payload: row })
  expect([made.statusCode, made.json()]).toEqual([201, row])
  expect((await mock.inject('/valueOf/a')).json()).toEqual(row)
  const list = await mock.inject('/valueOf')
  expect(list.json()).toContainEqual(row)
  expect(list.headers['hasownproperty']).toMatch(/^\d+$/)
})
