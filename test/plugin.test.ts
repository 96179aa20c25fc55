import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { understudy, type UnderstudyPluginOptions } from '../src/index.ts'
import { keeper, pets, petsFolders } from './support/pets.ts'

const folders = petsFolders()
const open: FastifyInstance[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

/** An app of somebody's own, with a route, a parser, a 404 and an error handler of its own. */
async function appWith(options: UnderstudyPluginOptions): Promise<FastifyInstance> {
  const app = Fastify()
  open.push(app)
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) => done(null, { csv: body }))
  app.setNotFoundHandler((_request, reply) => void reply.code(404).send({ own: 'nothing here' }))
  app.setErrorHandler((_error, _request, reply) => void reply.code(418).send({ own: 'failed' }))
  app.post('/own', (request) => ({ got: request.body }))
  app.get('/own/fails', () => {
    throw new Error('on purpose')
  })
  await app.register(understudy, { ...folders, ...options })
  await app.ready()
  return app
}

const rex = { name: 'Rex', kind: 'dog' }

describe.each([
  ['without a prefix', '', '/pets'],
  ['below a prefix', '/mock', '/mock/pets'],
])('the mock in an app of ones own, %s', (_name, prefix, path) => {
  test('answers, keeps state and says where things are', async () => {
    const app = await appWith({ prefix })
    const created = await app.inject({ method: 'POST', url: path, headers: keeper, payload: rex })
    expect(created.statusCode).toBe(201)
    const location = String(created.headers['location'])
    expect(location).toMatch(new RegExp(`^${path}/`))
    expect((await app.inject({ url: location, headers: keeper })).json()).toMatchObject(rex)
    expect(app.understudy.state('pets', 'pets')).toHaveLength(pets.length + 1)
    expect((await app.understudy.inject({ url: '/pets', headers: keeper })).json()).toMatchObject({ total: 4 })
    app.understudy.reset()
    expect(app.understudy.state('pets', 'pets')).toHaveLength(pets.length)
  })

  test('refuses in the format of the API, 404 and 405 too', async () => {
    const app = await appWith({ prefix })
    const refusals = [
      await app.inject({ url: path }),
      await app.inject({ url: `${path}/unknown`, headers: keeper }),
      await app.inject({ method: 'PUT', url: path, headers: keeper, payload: rex }),
      await app.inject({ method: 'POST', url: path, headers: keeper, payload: { name: '' } }),
      await app.inject({ method: 'POST', url: path, headers: { ...keeper, 'content-type': 'text/csv' }, payload: 'a' }),
    ]
    expect(refusals.map(({ statusCode, headers }) => [statusCode, headers['x-mock-refused-by']])).toEqual([
      [401, 'security'],
      [404, 'rule'],
      [405, 'routing'],
      [400, 'validation'],
      [415, 'media-type'],
    ])
  })

  test('leaves the routes, parsers, errors and unknown paths of the app alone', async () => {
    const app = await appWith({ prefix })
    const csv = { method: 'POST', url: '/own', headers: { 'content-type': 'text/csv' }, payload: 'a,b' } as const
    expect((await app.inject(csv)).json()).toEqual({ got: { csv: 'a,b' } })
    expect((await app.inject({ method: 'POST', url: '/own', payload: rex })).json()).toEqual({ got: rex })
    expect((await app.inject('/own/fails')).json()).toEqual({ own: 'failed' })
    expect((await app.inject('/unknown')).json()).toEqual({ own: 'nothing here' })
  })

  test('has sessions by header and by path, docs and a control plane', async () => {
    const app = await appWith({ prefix })
    const made = await app.inject({ method: 'POST', url: `${prefix}/__mock/sessions`, payload: { id: 't1' } })
    expect(made.statusCode).toBe(201)
    const created = await app.inject({ method: 'POST', url: `${prefix}/~t1/pets`, headers: keeper, payload: rex })
    expect(String(created.headers['location'])).toMatch(new RegExp(`^${prefix}/~t1/pets/`))
    const header = { ...keeper, 'x-mock-session': 't1' }
    expect((await app.inject({ url: path, headers: header })).json()).toMatchObject({ total: 4 })
    expect((await app.inject({ url: path, headers: keeper })).json()).toMatchObject({ total: 3 })
    expect((await app.inject(`${prefix}/~nobody/pets`)).statusCode).toBe(404)
    const page = await app.inject(`${prefix}/docs/pets`)
    expect(page.body).toContain(`http://localhost:80${path}`)
    expect((await app.inject(`${prefix}/__mock/nothing`)).statusCode).toBe(404)
  })
})

test('the url of the mock is where it listens', async () => {
  const app = await appWith({ prefix: '/mock' })
  expect(app.understudy.url).toBe('')
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  expect(app.understudy.url).toBe(`${origin}/mock`)
  const session = app.understudy.createSession({ id: 'seen' })
  const answer = await fetch(`${session.url}/pets`, { headers: keeper })
  expect(await answer.json()).toMatchObject({ total: 3 })
  expect(session.requests()).toMatchObject([{ operationId: 'listPets', path: '/pets', status: 200 }])
})

test('another docs plugin joins the scope of an API in one line', async () => {
  const app = await appWith({ prefix: '/mock', join: (scope) => scope.register(swaggerUi, { routePrefix: '/ui' }) })
  const page = await app.inject('/mock/ui')
  expect(page.body).toContain('swagger-ui')
  const document = (await app.inject('/mock/ui/json')).json<{ info: { title: string }; servers: object[] }>()
  expect(document).toMatchObject({ info: { title: 'Pets' }, servers: [{ url: '/mock' }] })
})

test('two mocks stand in one app under names of their own', async () => {
  const app = Fastify()
  open.push(app)
  await app.register(understudy, { ...folders, prefix: '/a' })
  await app.register(understudy, { ...folders, prefix: '/b', name: 'second' })
  await app.inject({ method: 'POST', url: '/a/pets', headers: keeper, payload: rex })
  expect((await app.inject({ url: '/b/pets', headers: keeper })).json()).toMatchObject({ total: 3 })
})

test.each([
  [{ prefix: '/:tenant' }, 'prefix: must be a path such as /mock, not "/:tenant"'],
  [{ name: 'inject' }, 'name: the app has a "inject" already; give this mock another name'],
  [{ apis: ['none'] }, 'there is no API "none"; known: pets'],
])('what is wrong is said when the app starts: %j', async (options, message) => {
  const app = Fastify()
  open.push(app)
  await expect(async () => app.register(understudy, { ...folders, ...options })).rejects.toThrow(message)
})
