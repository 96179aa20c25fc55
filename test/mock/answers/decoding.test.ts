import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'

const query = (name: string, schema: object, more = {}): object => ({ name, in: 'query', schema, ...more })
const ok = { 200: { description: 'OK' }, 400: { description: 'Wrong' } }
const document = {
  openapi: '3.0.0',
  info: { title: 'Decoding', version: '1' },
  paths: {
    '/search': {
      get: {
        parameters: [
          query('count', {
            anyOf: [
              { type: 'integer', minimum: 5 },
              { type: 'string', enum: ['all'] },
            ],
          }),
          query('ids', { type: 'array', items: { oneOf: [{ type: 'integer' }, { type: 'string', format: 'uuid' }] } }),
          query('level', { enum: [1, 2] }),
          query('flag', { type: 'boolean' }, { allowEmptyValue: true }),
        ],
        responses: ok,
      },
    },
    '/parts': {
      post: {
        requestBody: {
          required: true,
          content: { 'multipart/mixed': { schema: { type: 'object', properties: { name: { type: 'string' } } } } },
        },
        responses: ok,
      },
    },
    '/rooms': {
      post: {
        requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
        responses: {
          201: {
            description: 'OK',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Room' } } },
          },
        },
      },
    },
    '/rooms/{roomId}': {
      get: {
        parameters: [{ name: 'roomId', in: 'path', required: true, schema: { type: 'integer', minimum: 1000 } }],
        responses: {
          200: {
            description: 'OK',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Room' } } },
          },
          404: { description: 'Not there' },
        },
      },
    },
  },
  components: { schemas: { Room: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } } } },
}

const folder = mkdtempSync(join(tmpdir(), 'understudy-decoding-'))
let mock: Understudy
beforeAll(async () => {
  const file = join(folder, 'decoding.json')
  writeFileSync(file, JSON.stringify(document))
  mock = await createUnderstudy({ apis: [file], listen: false })
})
afterAll(async () => {
  await mock.close()
  rmSync(folder, { recursive: true })
})

describe("a query of somebody else's document", () => {
  test.each([
    ['count=7', 200],
    ['count=all', 200],
    ['count=3', 400],
    ['count=some', 400],
    ['ids=1&ids=3f1c0c4e-5a0e-4a53-9a44-0d1f7b6f2a10', 200],
    ['ids=x', 400],
    ['level=1', 200],
    ['level=3', 400],
    ['flag', 200],
    ['flag=', 200],
    ['flag=maybe', 400],
  ])('%s is answered with %i', async (text, status) => {
    expect((await mock.inject({ method: 'GET', url: `/search?${text}` })).statusCode).toBe(status)
  })
})

test('a multipart body that is no form is taken as it is, with a note', async () => {
  const headers = { 'content-type': 'multipart/mixed; boundary=x' }
  const payload = '--x\r\nContent-Type: application/json\r\n\r\n{"name":"a"}\r\n--x--\r\n'
  expect((await mock.inject({ method: 'POST', url: '/parts', headers, payload })).statusCode).toBe(200)
  expect(mock.apis[0]?.notes.map(({ what }) => what)).toContain('a body of multipart/mixed is not read')
})

test('a created id is one that the path of the item takes', async () => {
  const created = await mock.inject({ method: 'POST', url: '/rooms', payload: {} })
  const { id } = created.json<{ id: number }>()
  expect((await mock.inject({ method: 'GET', url: `/rooms/${id}` })).json()).toEqual({ id })
})
