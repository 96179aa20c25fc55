import { expect, test } from 'vitest'
import { endsAfterEach, inPath, inQuery, json, ref, send, sends, serve } from '../../support/small-api.ts'

endsAfterEach()

const pet = {
  type: 'object',
  required: ['id', 'name'],
  properties: { id: { type: 'integer' }, name: { type: 'string' } },
}
const pets = { schemas: { Pet: pet } }
const rex = { id: 7, name: 'Rex' }
const mia = { id: 8, name: 'Mia' }
const id = inPath('petId', { type: 'integer' })

test('the rows of the examples of item and list are there, and no others', async () => {
  const mock = await serve(
    {
      '/pets': {
        get: {
          operationId: 'list',
          responses: { 200: json({ type: 'array', items: ref('Pet') }, { example: [rex, mia] }) },
        },
      },
      '/pets/{petId}': {
        parameters: [id],
        get: {
          operationId: 'read',
          responses: { 200: json(ref('Pet'), { example: rex }), 404: { description: 'No.' } },
        },
      },
    },
    { components: pets },
  )
  expect((await send(mock, 'GET', '/pets')).body).toEqual([rex, mia])
  expect((await send(mock, 'GET', '/pets/7')).body).toEqual(rex)
  expect((await send(mock, 'GET', '/pets/8')).body).toEqual(mia)
  expect((await send(mock, 'GET', '/pets/9')).status).toBe(404)
})

test('the id that the path parameter has as its example is there, and a list without examples is not empty', async () => {
  const mock = await serve(
    {
      '/pets': { get: { operationId: 'list', responses: { 200: json({ type: 'array', items: ref('Pet') }) } } },
      '/pets/{petId}': {
        parameters: [inPath('petId', { type: 'integer' }, { example: 42 })],
        get: { operationId: 'read', responses: { 200: json(ref('Pet')), 404: { description: 'No.' } } },
      },
    },
    { components: pets },
  )
  expect((await send(mock, 'GET', '/pets/42')).body).toMatchObject({ id: 42, name: expect.any(String) })
  expect((await send(mock, 'GET', '/pets')).body).toMatchObject([{ id: 42 }])
})

test('generated rows join those of any document', async () => {
  const mock = await serve(
    {
      '/pets': {
        get: {
          operationId: 'list',
          responses: { 200: json({ type: 'array', items: ref('Pet') }, { example: [rex] }) },
        },
      },
      '/pets/{petId}': { parameters: [id], get: { operationId: 'read', responses: { 200: json(ref('Pet')) } } },
    },
    { components: pets },
    { records: 5 },
  )
  const rows = (await send(mock, 'GET', '/pets')).body as { id: number }[]
  expect(rows).toHaveLength(6)
  expect(new Set(rows.map((row) => row.id)).size).toBe(6)
})

test('an example that contradicts its schema is served, noted, and no violation', async () => {
  const mock = await serve(
    {
      '/pets': {
        get: {
          operationId: 'list',
          responses: { 200: json({ type: 'array', items: ref('Pet') }, { example: [{ id: 1, name: 5 }] }) },
        },
      },
      '/pets/{petId}': { parameters: [id], get: { operationId: 'read', responses: { 200: json(ref('Pet')) } } },
      '/motto': { get: { operationId: 'motto', responses: { 200: json({ type: 'string' }, { example: 3 }) } } },
    },
    { components: pets },
  )
  expect((await send(mock, 'GET', '/pets')).body).toEqual([{ id: 1, name: 5 }])
  expect((await send(mock, 'GET', '/motto')).body).toBe(3)
  expect(mock.violations()).toEqual([])
  expect(mock.apis[0]?.notes.map(({ what }) => what)).toEqual([
    expect.stringContaining('an example of pets contradicts its schema: /name must be string'),
    expect.stringContaining('the example contradicts its schema'),
  ])
})

test('a created row is whole: what was sent, and what only a server knows', async () => {
  const order = {
    type: 'object',
    required: ['id', 'status', 'created_at', 'owner', 'item'],
    properties: {
      id: { type: 'string' },
      item: { type: 'string' },
      status: { type: 'string', enum: ['open', 'paid'] },
      created_at: { type: 'string', format: 'date-time' },
      owner: { type: 'object', required: ['login'], properties: { login: { type: 'string', example: 'ada' } } },
      note: { type: 'string' },
    },
  }
  const mock = await serve({
    '/orders': {
      post: {
        operationId: 'create',
        requestBody: sends({
          type: 'object',
          required: ['item'],
          properties: { item: { type: 'string' }, note: { type: 'string' } },
        }),
        responses: { 201: json(order) },
      },
    },
    '/orders/{id}': { parameters: [inPath('id')], get: { operationId: 'read', responses: { 200: json(order) } } },
  })
  const { status, body } = await send(mock, 'POST', '/orders', { payload: { item: 'tea' } })
  expect({ status, body }).toEqual({
    status: 201,
    body: {
      id: expect.any(String),
      item: 'tea',
      status: 'open',
      created_at: '2026-01-01T00:00:00.000Z',
      owner: { login: 'ada' },
    },
  })
  expect((await send(mock, 'GET', `/orders/${(body as { id: string }).id}`)).body).toEqual(body)
})

test('a list is in the envelope that the document requires, with what is true of the page', async () => {
  const envelope = {
    type: 'object',
    required: ['object', 'data', 'meta', '_links', 'has_more'],
    properties: {
      object: { const: 'list' },
      data: { type: 'array', items: ref('Pet') },
      meta: {
        type: 'object',
        required: ['total', 'page'],
        properties: { total: { type: 'integer' }, page: { type: 'integer' } },
      },
      has_more: { type: 'boolean' },
      next_cursor: { type: ['string', 'null'] },
      _links: {
        type: 'object',
        required: ['self'],
        properties: { self: { type: 'object', required: ['href'], properties: { href: { type: 'string' } } } },
      },
    },
  }
  const mock = await serve(
    {
      '/pets': {
        get: {
          operationId: 'list',
          parameters: [
            inQuery('page', { type: 'integer', minimum: 1 }),
            inQuery('per_page', { type: 'integer' }),
            inQuery('after', { type: 'string' }),
          ],
          responses: {
            200: json(envelope, {
              example: {
                object: 'list',
                data: [rex, mia],
                meta: { total: 99, page: 1 },
                has_more: true,
                _links: { self: { href: '/pets' } },
              },
            }),
          },
        },
      },
      '/pets/{petId}': { parameters: [id], get: { operationId: 'read', responses: { 200: json(ref('Pet')) } } },
    },
    { components: pets },
  )
  expect((await send(mock, 'GET', '/pets?page=2&per_page=1')).body).toEqual({
    object: 'list',
    data: [mia],
    meta: { total: 2, page: 2 },
    has_more: false,
    next_cursor: null,
    _links: { self: { href: '/pets?page=2&per_page=1' } },
  })
  expect((await send(mock, 'GET', '/pets?per_page=1')).body).toMatchObject({
    data: [rex],
    has_more: true,
    next_cursor: '7',
  })
  expect((await send(mock, 'GET', '/pets?after=7')).body).toMatchObject({ data: [mia] })
})

test('items in an envelope of their own are kept, created and read in it', async () => {
  const one = { type: 'object', required: ['pet'], properties: { pet: ref('Pet') } }
  const mock = await serve(
    {
      '/pets': {
        get: {
          operationId: 'list',
          responses: { 200: json({ type: 'object', properties: { pets: { type: 'array', items: ref('Pet') } } }) },
        },
        post: {
          operationId: 'create',
          requestBody: sends({
            type: 'object',
            properties: { pet: { type: 'object', properties: { name: { type: 'string' } } } },
          }),
          responses: { 201: json(one) },
        },
      },
      '/pets/{pet_id}': {
        parameters: [inPath('pet_id')],
        get: { operationId: 'read', responses: { 200: json(one) } },
        delete: { operationId: 'remove', responses: { 204: { description: 'Gone.' } } },
      },
    },
    { components: pets },
  )
  const created = await send(mock, 'POST', '/pets', { payload: { pet: { name: 'Zoe' } } })
  expect(created).toMatchObject({ status: 201, body: { pet: { name: 'Zoe' } } })
  const made = (created.body as { pet: { id: number } }).pet
  expect((await send(mock, 'GET', `/pets/${made.id}`)).body).toEqual({ pet: made })
  expect((await send(mock, 'DELETE', `/pets/${made.id}`)).status).toBe(204)
  expect((await send(mock, 'GET', `/pets/${made.id}`)).status).toBe(404)
})

test('what answers in another shape is no create, and echoes what its answer knows', async () => {
  const completion = {
    type: 'object',
    required: ['id', 'model', 'choices'],
    properties: {
      id: { type: 'string' },
      model: { type: 'string' },
      choices: { type: 'array', items: { type: 'string' } },
      usage: { type: 'integer' },
    },
  }
  const mock = await serve({
    '/chat/completions': {
      post: {
        operationId: 'complete',
        requestBody: sends({
          type: 'object',
          required: ['model', 'messages'],
          properties: {
            model: { type: 'string' },
            messages: { type: 'array', items: { type: 'string' } },
            temperature: { type: 'number' },
          },
        }),
        responses: { 200: json(completion, { example: { id: 'c1', model: 'm0', choices: ['Hello'] } }) },
      },
    },
  })
  const { body } = await send(mock, 'POST', '/chat/completions', { payload: { model: 'm9', messages: ['Hi'] } })
  expect(body).toEqual({ id: 'c1', model: 'm9', choices: ['Hello'] })
})

test('what is read and written at one path keeps what was written there', async () => {
  const settings = {
    type: 'object',
    required: ['theme'],
    properties: { theme: { type: 'string', default: 'light' }, size: { type: 'integer', example: 12 } },
  }
  const mock = await serve({
    '/users/{user}/settings': {
      parameters: [inPath('user')],
      get: { operationId: 'read', responses: { 200: json(settings) } },
      put: { operationId: 'write', requestBody: sends(settings), responses: { 200: json(settings) } },
      patch: {
        operationId: 'change',
        requestBody: sends({ type: 'object', properties: { theme: { type: 'string' }, size: { type: 'integer' } } }),
        responses: { 200: json(settings) },
      },
    },
  })
  expect((await send(mock, 'GET', '/users/ada/settings')).body).toEqual({ theme: 'light', size: 12 })
  expect((await send(mock, 'PUT', '/users/ada/settings', { payload: { theme: 'dark', size: 9 } })).body).toEqual({
    theme: 'dark',
    size: 9,
  })
  expect((await send(mock, 'PATCH', '/users/ada/settings', { payload: { size: 10 } })).body).toEqual({
    theme: 'dark',
    size: 10,
  })
  expect((await send(mock, 'GET', '/users/ada/settings')).body).toEqual({ theme: 'dark', size: 10 })
  expect((await send(mock, 'GET', '/users/bob/settings')).body).toEqual({ theme: 'light', size: 12 })
})

test('rows below one parent are not those of another, whether their schema tells or not', async () => {
  const owned = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, owner_id: { type: 'integer' } },
  }
  const free = { type: 'object', required: ['id'], properties: { id: { type: 'string' }, label: { type: 'string' } } }
  const below = (name: string, schema: object) => ({
    [`/owners/{ownerId}/${name}`]: {
      parameters: [inPath('ownerId')],
      get: { operationId: `list-${name}`, responses: { 200: json({ type: 'array', items: schema }) } },
      post: {
        operationId: `create-${name}`,
        requestBody: sends({ type: 'object', properties: { id: { type: 'string' } } }),
        responses: { 201: json(schema) },
      },
    },
    [`/owners/{ownerId}/${name}/{id}`]: {
      parameters: [inPath('ownerId'), inPath('id')],
      get: { operationId: `read-${name}`, responses: { 200: json(schema), 404: { description: 'No.' } } },
    },
  })
  const mock = await serve({ ...below('cars', owned), ...below('tags', free) })
  expect((await send(mock, 'POST', '/owners/1/cars', { payload: { id: 'a' } })).body).toMatchObject({
    id: 'a',
    owner_id: 1,
  })
  await send(mock, 'POST', '/owners/1/tags', { payload: { id: 'b' } })
  expect((await send(mock, 'GET', '/owners/1/cars/a')).status).toBe(200)
  expect((await send(mock, 'GET', '/owners/2/cars/a')).status).toBe(404)
  expect((await send(mock, 'GET', '/owners/1/tags/b')).status).toBe(200)
  expect((await send(mock, 'GET', '/owners/2/tags/b')).status).toBe(404)
})

test('two versions of a path have rows of their own', async () => {
  const paths = Object.fromEntries(
    ['v1', 'v2'].flatMap((version) => [
      [
        `/${version}/pets`,
        {
          post: {
            operationId: `create-${version}`,
            requestBody: sends(ref('Pet')),
            responses: { 201: json(ref('Pet')) },
          },
        },
      ],
      [
        `/${version}/pets/{petId}`,
        {
          parameters: [id],
          get: { operationId: `read-${version}`, responses: { 200: json(ref('Pet')), 404: { description: 'No.' } } },
        },
      ],
    ]),
  )
  const mock = await serve(paths, { components: pets })
  await send(mock, 'POST', '/v1/pets', { payload: { id: 4711, name: 'Zoe' } })
  expect((await send(mock, 'GET', '/v1/pets/4711')).status).toBe(200)
  expect((await send(mock, 'GET', '/v2/pets/4711')).status).toBe(404)
})

test('PUT makes a row where 201 is declared, and only there', async () => {
  const item = (responses: object) => ({
    parameters: [id],
    get: {
      operationId: `read${Object.keys(responses).join('')}`,
      responses: { 200: json(ref('Pet')), 404: { description: 'No.' } },
    },
    put: {
      operationId: `put${Object.keys(responses).join('')}`,
      requestBody: sends({ type: 'object', required: ['name'], properties: { name: { type: 'string' } } }),
      responses,
    },
  })
  const mock = await serve(
    {
      '/pets/{petId}': item({ 200: json(ref('Pet')), 201: json(ref('Pet')) }),
      '/cats/{petId}': item({ 200: json({ ...pet }), 404: { description: 'No.' } }),
    },
    { components: pets },
  )
  expect(await send(mock, 'PUT', '/pets/55', { payload: { name: 'Neo' } })).toMatchObject({
    status: 201,
    body: { id: 55, name: 'Neo' },
  })
  expect(await send(mock, 'PUT', '/pets/55', { payload: { name: 'Leo' } })).toMatchObject({
    status: 200,
    body: { id: 55, name: 'Leo' },
  })
  expect((await send(mock, 'PUT', '/cats/55', { payload: { name: 'Neo' } })).status).toBe(404)
})

test('where the document shows no id, the first number is one', async () => {
  const mock = await serve(
    {
      '/pets/{petId}': {
        parameters: [id],
        get: { operationId: 'read', responses: { 200: json(ref('Pet')), 404: { description: 'No.' } } },
      },
    },
    { components: pets },
  )
  expect((await send(mock, 'GET', '/pets/1')).body).toMatchObject({ id: 1 })
  expect((await send(mock, 'GET', '/pets/2')).status).toBe(404)
})

test('a patch completes what it brings, and is refused where it takes away what is required', async () => {
  const folder = {
    type: 'object',
    required: ['id', 'name'],
    properties: {
      id: { type: 'integer' },
      name: { type: 'string' },
      parent: {
        type: 'object',
        required: ['id', 'type'],
        properties: { id: { type: 'string' }, type: { const: 'folder' } },
      },
    },
  }
  const mock = await serve({
    '/folders/{petId}': {
      parameters: [id],
      get: { operationId: 'read', responses: { 200: json(folder, { example: { id: 7, name: 'All' } }) } },
      patch: {
        operationId: 'patch',
        requestBody: sends({ type: 'object', properties: { name: {}, parent: { type: 'object' } } }),
        responses: { 200: json(folder) },
      },
    },
  })
  expect(await send(mock, 'PATCH', '/folders/7', { payload: { parent: { id: 'p' } } })).toMatchObject({
    status: 200,
    body: { id: 7, name: 'All', parent: { id: 'p', type: 'folder' } },
  })
  expect((await send(mock, 'PATCH', '/folders/7', { payload: { name: null } })).status).toBe(400)
})

test('the elements that an update puts into a list are completed like new ones, whatever the old ones had', async () => {
  const step = { type: 'object', properties: { title: { type: 'string' }, code: { type: 'string' } } }
  const recipe = {
    type: 'object',
    required: ['id', 'steps'],
    properties: { id: { type: 'integer' }, steps: { type: 'array', items: { ...step, required: ['title', 'code'] } } },
  }
  const example = { id: 7, steps: [{ title: 'Mix', code: 'mix()' }] }
  const mock = await serve({
    '/recipes/{petId}': {
      parameters: [id],
      get: { operationId: 'read', responses: { 200: json(recipe, { example }) } },
      patch: {
        operationId: 'patch',
        requestBody: sends({ type: 'object', properties: { steps: { type: 'array', items: step } } }),
        responses: { 200: json(recipe) },
      },
    },
  })
  expect(await send(mock, 'PATCH', '/recipes/7', { payload: { steps: [{ title: 'Bake' }] } })).toMatchObject({
    status: 200,
    body: { id: 7, steps: [{ title: 'Bake', code: expect.any(String) }] },
  })
})

test('new rows are numbered one after the other, behind those of the examples', async () => {
  const mock = await serve(
    {
      '/pets': {
        get: {
          operationId: 'list',
          responses: {
            200: json(
              { type: 'array', items: ref('Pet') },
              {
                example: [
                  { id: 1, name: 'Rex' },
                  { id: 2, name: 'Mia' },
                ],
              },
            ),
          },
        },
        post: { operationId: 'add', requestBody: sends({ type: 'object' }), responses: { 201: json(ref('Pet')) } },
      },
      '/pets/{petId}': {
        parameters: [id],
        get: { operationId: 'read', responses: { 200: json(ref('Pet')), 404: { description: 'No.' } } },
      },
    },
    { components: pets },
  )
  const added: unknown[] = []
  for (const name of ['A', 'B', 'C']) added.push((await send(mock, 'POST', '/pets', { payload: { name } })).body)
  expect(added).toEqual([
    { id: 3, name: 'A' },
    { id: 4, name: 'B' },
    { id: 5, name: 'C' },
  ])
})

test('a list that one can add to keeps what was added, where no row has a path of its own', async () => {
  const note = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } }
  const kept = {
    ...note,
    required: ['id', 'text'],
    properties: { id: { type: 'string', format: 'uuid' }, ...note.properties },
  }
  const answers = { 200: json({ type: 'object', properties: { data: { type: 'array', items: ref('Note') } } }) }
  const mock = await serve(
    {
      '/notes': {
        get: { operationId: 'list', responses: answers },
        post: { operationId: 'add', requestBody: sends(note), responses: { 201: json(ref('Note')) } },
      },
      '/notes/search': {
        get: { operationId: 'searched', responses: answers },
        post: { operationId: 'search', requestBody: sends(note), responses: answers },
      },
    },
    { components: { schemas: { Note: kept } } },
  )
  const { status, body } = await send(mock, 'POST', '/notes', { payload: { text: 'Milk' } })
  expect([status, body]).toEqual([201, { id: expect.any(String), text: 'Milk' }])
  expect((await send(mock, 'GET', '/notes')).body).toMatchObject({ data: expect.arrayContaining([body]) })
  // A search answers with a list, and adds nothing to one.
  await send(mock, 'POST', '/notes/search', { payload: { text: 'Bread' } })
  expect(JSON.stringify((await send(mock, 'GET', '/notes')).body)).not.toContain('Bread')
})
