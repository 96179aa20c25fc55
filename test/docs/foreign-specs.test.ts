import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { urlOf } from '../../src/docs/client/request.ts'
import type { TryData } from '../../src/docs/client/try-data.ts'

let folder: string | undefined
let mock: Understudy | undefined
afterEach(async () => {
  await mock?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

/** Serves one spec, and rows of one collection, from a temporary folder. */
async function serve(name: string, document: object, rows: Record<string, object[]> = {}): Promise<Understudy> {
  folder = mkdtempSync(join(tmpdir(), 'understudy-docs-'))
  mkdirSync(join(folder, 'openapi'))
  mkdirSync(join(folder, 'fixtures', name), { recursive: true })
  writeFileSync(join(folder, 'openapi', `${name}.yaml`), stringify(document))
  for (const [collection, list] of Object.entries(rows))
    writeFileSync(join(folder, 'fixtures', name, `${collection}.json`), JSON.stringify(list))
  mock = await createUnderstudy({ listen: false, openapi: join(folder, 'openapi'), fixtures: join(folder, 'fixtures') })
  return mock
}

const get = async (served: Understudy, url: string) => served.inject({ method: 'GET', url })

describe('an API that is not ours', () => {
  const pet = {
    type: 'object',
    required: ['id', 'name'],
    properties: {
      id: { type: 'integer' },
      name: { type: 'string', minLength: 1 },
      friends: { type: 'array', items: { $ref: '#/components/schemas/Pet' } },
    },
  }
  const reference = { $ref: '#/components/schemas/Pet' }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Pet shop', version: '1' },
    servers: [{ url: 'https://pets.example/api' }],
    paths: {
      '/pets': {
        get: {
          operationId: 'listPets',
          responses: {
            200: {
              description: 'Pets',
              content: { 'application/json': { schema: { type: 'array', items: reference } } },
            },
          },
        },
        post: {
          operationId: 'createPet',
          requestBody: { required: true, content: { 'application/json': { schema: { ...pet, required: ['name'] } } } },
          responses: { 201: { description: 'The pet', content: { 'application/json': { schema: reference } } } },
        },
      },
      '/pets/{id}': {
        get: {
          operationId: 'getPet',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
          responses: {
            200: { description: 'The pet', content: { 'application/json': { schema: reference } } },
            404: { description: 'No such pet' },
          },
        },
      },
    },
    components: { schemas: { Pet: pet } },
  }
  const rows = { pets: [{ id: 7, name: 'Rex' }] }

  test('has docs without a line of code: operations, a base URL, the document', async () => {
    const served = await serve('pets', document, rows)
    const overview = (await get(served, '/docs')).body
    expect(overview).toContain('One API, played by an understudy.')
    expect(overview).toContain('href="docs/pets"')
    const page = (await get(served, '/docs/pets')).body
    for (const text of ['Pet shop', 'id="listPets"', 'id="createPet"', 'id="getPet-404"', 'http://localhost:80/api'])
      expect(page.includes(text) ? '' : text).toBe('')
    expect(page).not.toContain('class="switch"')
    expect((await get(served, '/docs/pets/openapi.json')).json()).toMatchObject({
      servers: [{ url: 'http://localhost:80/api' }, { url: 'https://pets.example/api' }],
    })
  })

  test('a schema that contains itself ends', async () => {
    const page = (await get(await serve('pets', document, rows), '/docs/pets')).body
    expect(page.includes('array of Pet')).toBe(true)
  })

  test('its forms are filled in from the seeded rows where the spec has no examples', async () => {
    const served = await serve('pets', document, rows)
    const { operations } = (await get(served, '/docs/pets/try.json')).json<TryData>()
    const requests = Object.values(operations).map(
      ({ scenarios: [scenario] }) => scenario?.request ?? expect.fail('no scenario'),
    )
    expect(requests.map((request) => urlOf('', request))).toEqual(['/api/pets', '/api/pets', '/api/pets/7'])
    for (const request of requests) {
      const { statusCode } = await served.inject({
        method: request.method as 'GET',
        url: urlOf('', request),
        headers: Object.fromEntries(request.headers),
        ...(request.body !== undefined && { payload: request.body }),
      })
      expect(statusCode).toBeLessThan(300)
    }
  })

  test('one that serves / keeps it', async () => {
    const root = {
      get: {
        operationId: 'home',
        responses: {
          200: {
            description: 'Home',
            content: { 'application/json': { schema: { type: 'object' }, example: { home: true } } },
          },
        },
      },
    }
    const served = await serve('home', {
      openapi: '3.1.0',
      info: { title: 'Home', version: '1' },
      paths: { '/': root },
    })
    expect((await get(served, '/')).json()).toEqual({ home: true })
    expect((await get(served, '/docs')).statusCode).toBe(200)
  })

  test('a file name with blanks and signs becomes a name that is a path like any other', async () => {
    const served = await serve('pet shop & more', document)
    expect((await get(served, '/docs')).body).toContain('href="docs/pet-shop-more"')
    expect((await get(served, '/docs/pet-shop-more')).statusCode).toBe(200)
  })
})

describe('a hostile spec', () => {
  const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
  const prose = `${evil} [click](javascript:alert(1)) ![x](https://evil.example/x.png) [data](data:text/html,x) <https://example.com/"onmouseover="alert(1)>`
  const schema = {
    type: 'object',
    description: prose,
    required: [evil],
    properties: {
      [evil]: {
        type: 'string',
        description: prose,
        enum: [evil],
        default: evil,
        examples: [evil],
        'x-inferred': prose,
      },
    },
    patternProperties: { '<b>': { const: evil } },
    'x-inferred': { required: prose },
  }
  const content = { 'application/json': { schema, examples: { [evil]: { summary: prose, value: { [evil]: evil } } } } }
  const document = {
    openapi: '3.1.0',
    info: {
      title: evil,
      version: evil,
      summary: prose,
      description: `# ${prose}\n\n${prose}\n\n| ${prose} |\n| --- |\n| ${prose} |\n\n- ${prose} (assumed)\n\n\`\`\`${evil}\n${evil}\n\`\`\``,
      license: { name: evil },
    },
    servers: [{ url: 'https://{host}', description: prose, variables: { host: { default: 'x', description: prose } } }],
    tags: [{ name: evil, description: prose }],
    paths: {
      '/x': {
        post: {
          operationId: evil,
          tags: [evil],
          summary: evil,
          description: prose,
          security: [{ [evil]: [] }],
          parameters: [
            {
              name: evil,
              in: 'query',
              description: prose,
              schema: { type: 'string', examples: [evil] },
              examples: { [evil]: { summary: prose, value: evil } },
            },
          ],
          requestBody: { description: prose, content },
          responses: {
            200: {
              description: prose,
              headers: { 'X-Evil': { description: prose, schema: { const: evil } } },
              content,
            },
          },
          'x-scenarios': [
            {
              name: evil,
              description: evil,
              status: 200,
              given: [{ state: evil, params: { a: evil } }],
              'x-inferred': prose,
            },
          ],
          'x-inferred': prose,
        },
      },
    },
    components: { securitySchemes: { [evil]: { type: 'apiKey', in: 'header', name: 'x-evil', description: prose } } },
    'x-variables': { [evil]: { value: evil, description: prose } },
  }

  test.each(['/docs', '/docs/evil'])('puts nothing but text into %s', async (url) => {
    const { body, statusCode } = await get(await serve('evil', document), url)
    expect(statusCode).toBe(200)
    const tags = [...body.matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag)
    const names = new Set(tags.map((tag) => /^<([a-z\d]+)/i.exec(tag)?.[1]))
    expect([...names].filter((name) => ['img', 'iframe', 'object', 'style', 'b1'].includes(name ?? ''))).toEqual([])
    expect(tags.filter((tag) => tag.startsWith('<script'))).toHaveLength(1)
    expect(tags.filter((tag) => /\son\w+\s*=/i.test(tag.replaceAll(/"[^"]*"/g, '""')))).toEqual([])
    expect(tags.filter((tag) => /(?:href|src)="(?!https?:|#|\.\.\/|docs|evil\/)/.test(tag))).toEqual([])
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })

  test('is served as data where the page asks for data', async () => {
    const served = await serve('evil', document)
    for (const url of ['/docs/evil/openapi.json', '/docs/evil/try.json']) {
      const { headers, statusCode } = await get(served, url)
      expect([statusCode, headers['content-type'], headers['x-content-type-options']]).toEqual([
        200,
        'application/json; charset=utf-8',
        'nosniff',
      ])
    }
  })
})
