import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InjectOptions } from 'light-my-request'
import { urlOf } from '../../src/docs/client/request.ts'
import type { TryData } from '../../src/docs/client/try-data.ts'
import { escape } from '../../src/output/html.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { folderWith } from '../support/pets.ts'

const schemes = {
  key: { type: 'apiKey', in: 'header', name: 'X-Key' },
  asked: { type: 'apiKey', in: 'query', name: 'key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
  bearer: { type: 'http', scheme: 'bearer' },
  basic: { type: 'http', scheme: 'basic' },
  oauth: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://example.com/token', scopes: {} } } },
}
const names = [...Object.keys(schemes), 'both', 'free']

/** One operation for each kind of security scheme, one that wants two at once, and one that wants none. */
const document = {
  openapi: '3.1.0',
  info: { title: 'Guarded', version: '1' },
  paths: Object.fromEntries(
    names.map((name) => [
      `/${name}`,
      {
        get: {
          operationId: name,
          security: name === 'free' ? [] : [name === 'both' ? { key: [], asked: [] } : { [name]: [] }],
          responses: { 200: { description: 'In.' }, 401: { description: 'Out.' } },
        },
      },
    ]),
  ),
  components: { securitySchemes: schemes },
}

let mock: Understudy
beforeAll(async () => {
  mock = await createUnderstudy({ listen: false, openapi: folderWith({ 'guarded.json': JSON.stringify(document) }) })
})
afterAll(() => mock.close())

test.each(names)('a request is filled in with what lets it in: %s', async (name) => {
  const { operations, acceptsAny, credentials } = (
    await mock.inject(`/docs/guarded/operations/${name}/try.json`)
  ).json<TryData>()
  const request = operations[name]?.scenarios[0]?.request
  if (!request) throw new Error('there is no request')
  const send = async (headers: InjectOptions['headers'], query = request.query): Promise<number> =>
    (await mock.inject({ method: 'GET', url: urlOf('', { ...request, query }), headers: headers ?? {} })).statusCode
  expect(await send(Object.fromEntries(request.headers))).toBe(200)
  expect(await send({}, [])).toBe(name === 'free' ? 200 : 401)
  expect({ acceptsAny, known: credentials.length }).toEqual({ acceptsAny: true, known: name === 'free' ? 0 : 1 })
})

test('the page says that any value is accepted', async () => {
  expect((await mock.inject('/docs/guarded')).body).toContain('This mock accepts any key, token or password')
})

test('a document whose parts are all used says nothing about notes, and its page of notes says so', async () => {
  expect((await mock.inject('/docs/guarded')).body).not.toContain('What was set aside')
  expect((await mock.inject('/docs/guarded/notes')).body).toContain('Every part of this document is used.')
})

test('what of a document could not be used stands on its page', async () => {
  const lost = { description: 'In.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Lost' } } } }
  const broken = { ...document, paths: { '/lost': { get: { operationId: 'lost', responses: { 200: lost } } } } }
  const folder = folderWith({ 'broken.json': JSON.stringify(broken) })
  const other = await createUnderstudy({ listen: false, openapi: folder })
  const { notes } = (await other.inject('/__mock/notes')).json<{ notes: { what: string; instead: string }[] }>()
  const page = (await other.inject('/docs/broken')).body
  await other.close()
  expect(notes.length).toBeGreaterThan(0)
  for (const { what, instead } of notes) {
    expect(page).toContain(`<b>${escape(what)}</b>`)
    expect(page).toContain(`<p>${escape(instead)}</p>`)
  }
})
