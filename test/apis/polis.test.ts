import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  documentedPost,
  errorBody,
  firstInteraction,
  firstTag,
  ids,
  type Interaction,
  requiredAttributes,
  secondInteraction,
  secondTag,
  startPolis,
  without,
} from './polis-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const first = `/v2/interactions/${ids.first}`
const documentedList =
  '/v2/interactions?filter%5B%2Fdata%2FcampaignId%5D=61fbfbaa-5de8-4d17-ac2b-c47f2376265a&skip=0&limit=9007199254740991&sort=%2Fdata%2Fid&sort=ASC'
const now = '2030-01-02T03:04:05.678Z'

const polis = await startPolis()

setBackAfterEachTest(polis.mock)

async function freezeAt(time: string): Promise<void> {
  const { status } = await polis.send('PUT', '/__mock/clock', { as: null, body: { now: time } })
  expect(status).toBe(200)
}

describe('the documented examples, as they stand on the page', () => {
  test('a list of one campaign is answered with both interactions, sorted by id (polis 12, 13, 14, 17, 18, 19, 20, 21, 22)', async () => {
    const { status, body } = await polis.send('GET', documentedList)
    expect(status).toBe(200)
    expect(body).toEqual({ data: [secondInteraction, firstInteraction], meta: {} })
  })

  test('an interaction is answered with the members in the order of the page (polis 2, 3, 5, 6, 7, 8, 9, 10, 11, 23, 36)', async () => {
    const { status, text, headers } = await polis.send('GET', first)
    expect(status).toBe(200)
    expect(text).toBe(JSON.stringify(firstInteraction))
    expect(Object.keys(firstInteraction)).toEqual(['id', 'data', 'meta', 'customerId', 'securityGroupId'])
    expect(headers['content-type']).toMatch(/^application\/json/)
  })

  test('a posted interaction is answered whole, with what the server gives (polis 24, 25, 26, e, h, i)', async () => {
    await freezeAt(now)
    const { status, body, headers } = await polis.send('POST', '/v2/interactions', { body: documentedPost })
    const { id, meta } = body as Interaction
    expect(status).toBe(201)
    expect(body).toEqual({
      ...firstInteraction,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      data: { ...firstInteraction.data, successful: false },
      meta: { ...firstInteraction.meta, etag: meta['etag'], created: now, modified: now },
    })
    expect(headers).toMatchObject({ location: `/v2/interactions/${id}`, etag: `"${meta['etag']}"` })
    expect(meta['etag']).toMatch(/^47b-[A-Za-z0-9+/]{27}$/)
  })

  test('a posted interaction has the member order of the page although it was posted in another (polis 11, d)', async () => {
    const { body } = await polis.send('POST', '/v2/interactions', { body: documentedPost })
    const { data, meta } = body as Interaction
    expect(Object.keys(body as object)).toEqual(Object.keys(firstInteraction))
    expect(JSON.stringify(data)).toBe(JSON.stringify({ ...firstInteraction.data, successful: false }))
    expect(Object.keys(meta)).toEqual(Object.keys(firstInteraction.meta))
  })

  test('a patch of two attributes is answered with the whole interaction (polis 28, 29, 31, c)', async () => {
    const { status, body } = await polis.send('PATCH', first, {
      headers: { etag: firstTag },
      body: `{
	"data": [
		{
			"op": "replace",
			"path": "/successful",
			"value": false
		},
		{
			"op": "replace",
			"path": "/unavailable",
			"value": false
		}
	]
}`,
    })
    const { data, meta } = body as Interaction
    expect(status).toBe(200)
    expect(without(body as Interaction, 'data', 'meta')).toEqual(without(firstInteraction, 'data', 'meta'))
    expect(data).toEqual({ ...firstInteraction.data, successful: false, unavailable: false })
    expect(without(meta, 'etag', 'modified')).toEqual(without(firstInteraction.meta, 'etag', 'modified'))
    expect(meta['etag']).toMatch(/^47c-[A-Za-z0-9+/]{27}$/)
  })

  test('a deletion is answered with an empty object (polis 33, e)', async () => {
    const { status, text } = await polis.send('DELETE', first, { headers: { etag: firstTag } })
    expect({ status, text }).toEqual({ status: 200, text: '{}' })
  })

  test('the placeholder etag_value is a stale entity tag (polis 28, b)', async () => {
    const answers = [
      await polis.send('PATCH', first, { headers: { etag: 'etag_value' }, body: { data: [] } }),
      await polis.send('DELETE', first, { headers: { etag: 'etag_value' } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([412, 412])
  })
})

describe('the description', () => {
  const document = parse(readFileSync(new URL('../../openapi/polis.yaml', import.meta.url), 'utf8'))
  const { schemas, parameters } = document.components

  test('names the host and the paths of the page (polis 1)', () => {
    expect(document.servers[0].url).toBe('https://api.beta.polisapp.com')
    expect(Object.keys(document.paths)).toEqual(['/v2/interactions', '/v2/interactions/{id}'])
  })

  test('requires what the tables of the page require, and no more (polis 2, 3, 4, 6, 8)', () => {
    expect(schemas.Interaction.required).toEqual(['id', 'data', 'meta', 'customerId', 'securityGroupId'])
    expect(schemas.InteractionData.required.toSorted()).toEqual(Object.keys(requiredAttributes).toSorted())
    expect(Object.keys(schemas.InteractionData.properties).toSorted()).toEqual(
      [
        ...Object.keys(requiredAttributes),
        'location',
        'successful',
        'unavailableReason',
        'distance',
        'statusId',
        'walklistId',
        'turfId',
      ].toSorted(),
    )
    expect(schemas.Survey.required).toEqual(['surveyId'])
    expect(schemas.Location.required).toBeUndefined()
  })

  test('has the parameters as documented (polis 14, 16, 17, 18, 19, 23, 32, 33)', () => {
    const required = Object.fromEntries(
      Object.values(parameters as Record<string, { name: string; required: boolean }>).map((each) => [
        each.name,
        each.required,
      ]),
    )
    expect(required).toEqual({
      filter: false,
      limit: true,
      skip: true,
      sort: true,
      id: true,
      etag: true,
      'If-Match': false,
    })
    expect(Object.keys(parameters.filter.schema.properties)).toEqual([
      '/data/campaignId',
      '/data/contactId',
      '/data/contactHouseholdId',
      '/data/householdId',
    ])
    expect(document.paths['/v2/interactions/{id}'].patch.requestBody.required).toBe(true)
  })

  test('marks every status as an assumption, for the page prints none (polis 27)', () => {
    const operations = Object.values(
      document.paths as Record<string, Record<string, { responses?: Record<string, object> }>>,
    )
      .flatMap((item) => Object.values(item))
      .filter((operation) => operation.responses !== undefined)
    const unmarked = operations.flatMap(({ responses = {} }) =>
      Object.values(responses).filter((response) => !('x-inferred' in response) && !('$ref' in response)),
    )
    expect(operations).toHaveLength(5)
    expect(unmarked).toEqual([])
    for (const response of Object.values(document.components.responses as object[]))
      expect(response).toHaveProperty('x-inferred')
  })

  test('keeps the examples of the page, the list in the order of the page (polis 21, 22, 26, 31)', () => {
    const { Interaction: single, PatchedInteraction: patched, InteractionList: list } = document.components.examples
    expect(single.value).toEqual(firstInteraction)
    expect(list.value).toEqual({ data: [firstInteraction, secondInteraction], meta: {} })
    expect(patched.value).toEqual({
      ...firstInteraction,
      data: { ...firstInteraction.data, successful: false, unavailable: false },
    })
    expect([firstInteraction.meta['etag'], secondInteraction.meta['etag']]).toEqual([firstTag, secondTag])
  })
})

describe('credentials', () => {
  const calls = [
    ['GET', '/v2/interactions?limit=1&skip=0&sort=id&sort=ASC'],
    ['POST', '/v2/interactions'],
    ['GET', first],
    ['PATCH', first],
    ['DELETE', first],
  ] as const

  test.each(calls)('%s %s without a token is refused (polis 12, a)', async (method, url) => {
    const { status, body, headers } = await polis.send(method, url, {
      as: null,
      ...(method === 'POST' && { body: documentedPost }),
      ...(method === 'PATCH' && { body: { data: [] } }),
    })
    expect(status).toBe(401)
    expect(body).toEqual(errorBody(401, 'Unauthorized', expect.any(String)))
    expect(headers['www-authenticate']).toBe('Bearer')
    expect(headers['x-mock-refused-by']).toBe('security')
  })

  test.each(['Bearer nobody', 'Basic cG9saXMtdXNlci1hOg==', 'polis-user-a', 'Bearer', 'Bearer '])(
    'the header Authorization: %s is refused (polis 12, a)',
    async (authorization) => {
      const { status } = await polis.send('GET', first, { as: null, headers: { authorization } })
      expect(status).toBe(401)
    },
  )

  test('the scheme of the token is written in any case (polis 12)', async () => {
    const { status } = await polis.send('GET', first, { as: null, headers: { authorization: 'bearer polis-user-a' } })
    expect(status).toBe(200)
  })

  test("another customer's interaction is unknown to every operation, and stays as it is (polis a, q)", async () => {
    const before = await polis.read(ids.foreign, 'user-b')
    const url = `/v2/interactions/${ids.foreign}`
    const operations = [{ op: 'replace', path: '/unavailable', value: true }]
    const answers = [
      await polis.send('GET', url),
      await polis.send('PATCH', url, { headers: { etag: '*' }, body: { data: operations } }),
      await polis.send('DELETE', url, { headers: { etag: '*' } }),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(404)
      expect(body).toEqual(errorBody(404, 'Not Found', `There is no interaction ${ids.foreign}.`))
    }
    expect(await polis.read(ids.foreign, 'user-b')).toEqual(before)
  })

  test('a colleague of the same customer sees and changes the same interactions (polis a, c, q)', async () => {
    expect(await polis.list(undefined, 'user-c')).toEqual([secondInteraction, firstInteraction])
    const { body } = await polis.send('PATCH', first, {
      as: 'user-c',
      headers: { etag: firstTag },
      body: { data: [{ op: 'remove', path: '/unavailableReason' }] },
    })
    expect((body as Interaction).meta).toMatchObject({ createdBy: ids.userA, modifiedBy: ids.userC })
  })

  test('the base rows are the two of the page and two of another customer (polis 21)', async () => {
    expect((await polis.list()).map(({ id }) => id)).toEqual([ids.second, ids.first])
    expect((await polis.list(undefined, 'user-b')).map(({ id }) => id)).toEqual([ids.foreign, ids.otherForeign])
  })
})

describe('creating', () => {
  const create = (body: unknown) => polis.send('POST', '/v2/interactions', { body })

  test('the required attributes are enough; what is not known is left out (polis 3, 4, h)', async () => {
    const { status, body } = await create(requiredAttributes)
    expect(status).toBe(201)
    expect((body as Interaction).data).toEqual(requiredAttributes)
  })

  test('a body wrapped in data is the same as a flat one (polis 24, f)', async () => {
    const { status, body } = await create(`{"data": ${documentedPost}}`)
    expect(status).toBe(201)
    expect((body as Interaction).data).toEqual({ ...firstInteraction.data, successful: false })
  })

  test('what was created is read and listed as it was answered, and each has an id of its own (polis e)', async () => {
    const created = [await create(documentedPost), await create(documentedPost)].map(({ body }) => body as Interaction)
    const [one, other] = created as [Interaction, Interaction]
    expect(one.id).not.toBe(other.id)
    expect(await polis.read(one.id)).toEqual(one)
    expect(await polis.list()).toEqual(
      [firstInteraction, secondInteraction, one, other].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    )
  })

  test('Location leads to the new interaction (polis e)', async () => {
    const { body, headers } = await create(documentedPost)
    const { status, body: read } = await polis.send('GET', String(headers['location']))
    expect(status).toBe(200)
    expect(read).toEqual(body)
  })

  test.each([
    ['flat', (own: object) => ({ ...requiredAttributes, ...own })],
    ['wrapped', (own: object) => ({ data: { ...requiredAttributes, ...own } })],
  ])('a %s body cannot set what the server gives (polis g, q)', async (_, bodyWith) => {
    const { status, body } = await create(
      bodyWith({
        id: ids.unknown,
        meta: { etag: 'x', isDeleted: true },
        customerId: ids.unknown,
        securityGroupId: ids.unknown,
        distance: 1,
      }),
    )
    const { id, data, meta, customerId, securityGroupId } = body as Interaction
    expect(status).toBe(201)
    expect(id).not.toBe(ids.unknown)
    expect(data).toEqual(requiredAttributes)
    expect(meta).toMatchObject({
      createdBy: ids.userA,
      modifiedBy: ids.userA,
      isDeleted: false,
      resource: 'interactions',
    })
    expect({ customerId, securityGroupId }).toEqual({ customerId: ids.customer, securityGroupId: ids.securityGroup })
  })

  test('a colleague is named as the creator (polis q)', async () => {
    const { body } = await polis.send('POST', '/v2/interactions', { as: 'user-c', body: documentedPost })
    expect(body).toMatchObject({ customerId: ids.customer, meta: { createdBy: ids.userC, modifiedBy: ids.userC } })
  })

  test('attributes that the page does not know are kept, after the known ones and in the order sent (polis g)', async () => {
    const { data } = (
      await create({ zeta: { deep: [1, null] }, turfId: ids.unknown, alpha: '☃', ...requiredAttributes })
    ).body as Interaction
    expect(data).toEqual({ ...requiredAttributes, zeta: { deep: [1, null] }, turfId: ids.unknown, alpha: '☃' })
    expect(Object.keys(data)).toEqual([
      'survey',
      'contactId',
      'timestamp',
      'campaignId',
      'householdId',
      'unavailable',
      'contactHouseholdId',
      'zeta',
      'turfId',
      'alpha',
    ])
  })

  test('all optional attributes are accepted (polis 4, 8)', async () => {
    const optional = {
      location: { lat: 1.5, lng: -2, confidence: 0.25 },
      successful: true,
      unavailableReason: 'Überall ☃',
      statusId: ids.unknown,
      walklistId: ids.unknown,
      turfId: ids.unknown,
    }
    const { status, body } = await create({ ...requiredAttributes, ...optional })
    expect(status).toBe(201)
    expect((body as Interaction).data).toMatchObject(optional)
  })

  test('a visit may be available and have a reason, or be unavailable without one (polis 22, 36)', async () => {
    const answers = [
      await create({ ...requiredAttributes, unavailable: false, unavailableReason: 'Come Back' }),
      await create({ ...requiredAttributes, unavailable: true }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
  })

  test.each(Object.keys(requiredAttributes))('a missing %s is refused by its name (polis 3, g)', async (name) => {
    for (const body of [without(requiredAttributes, name), { data: without(requiredAttributes, name) }]) {
      const { status, body: error, headers } = await create(body)
      expect(status).toBe(400)
      expect(error).toEqual(errorBody(400, 'Bad Request', expect.stringContaining(name)))
      expect(headers['x-mock-refused-by']).toBe('validation')
    }
  })

  test.each([
    ['campaignId', 'nothing'],
    ['campaignId', 7],
    ['campaignId', null],
    ['contactId', ''],
    ['householdId', `${ids.household}0`],
    ['contactHouseholdId', [ids.contactHousehold]],
    ['contactHouseholdId', `urn:uuid:${ids.contactHousehold}`],
    ['statusId', 'done'],
    ['walklistId', null],
    ['turfId', '{}'],
    ['timestamp', '2018-07-17'],
    ['timestamp', '2018-07-17T18:40:53'],
    ['timestamp', '2018-07-17 18:40:53Z'],
    ['timestamp', '2018-02-30T18:40:53.526Z'],
    ['timestamp', 1531852853526],
    ['timestamp', null],
    ['unavailable', 'true'],
    ['unavailable', 0],
    ['unavailable', null],
    ['successful', 'false'],
    ['successful', null],
    ['unavailableReason', 1],
    ['unavailableReason', null],
    ['survey', 'good'],
    ['survey', []],
    ['survey', null],
    ['survey', {}],
    ['survey', { surveyId: 'first' }],
    ['survey', { surveyId: ids.survey, responses: [] }],
    ['survey', { surveyId: ids.survey, responses: null }],
    ['survey', { surveyId: ids.survey, responses: { q1: {} } }],
    ['survey', { surveyId: ids.survey, responses: { [ids.question]: 'yes' } }],
    ['survey', { surveyId: ids.survey, responses: { [ids.question]: { questionId: 'q1' } } }],
    ['survey', { surveyId: ids.survey, responses: { [ids.question]: { fields: { available: false } } } }],
    ['location', 'here'],
    ['location', null],
    ['location', { lat: '33.4' }],
    ['location', { lng: null }],
    ['location', { confidence: 'high' }],
  ])('%s: %j is refused by its name (polis 6, 7, 8, 9, 36, g)', async (name, value) => {
    const { status, body, headers } = await create({ ...requiredAttributes, [name]: value })
    expect(status).toBe(400)
    expect(body).toEqual(errorBody(400, 'Bad Request', expect.stringContaining(name)))
    expect(headers['x-mock-refused-by']).toBe('validation')
    expect(await polis.list()).toHaveLength(2)
  })

  test.each([
    '2018-07-17T18:40:53Z',
    '2018-07-17T18:40:53.526Z',
    '2018-07-17T20:40:53+02:00',
    '2018-07-17T18:40:53.5-11:30',
  ])('the timestamp %s is accepted and kept as sent (polis 9)', async (timestamp) => {
    const { status, body } = await create({ ...requiredAttributes, timestamp })
    expect(status).toBe(201)
    expect((body as Interaction).data['timestamp']).toBe(timestamp)
  })

  test.each(['1e400', '-1e400', '"1"', 'NaN'])('a latitude of %s is no number (polis 8, g)', async (lat) => {
    const { status } = await create(documentedPost.replace('33.43174362182617', lat))
    expect(status).toBe(400)
  })

  test('survey responses are keyed by question and hold texts (polis 6, 7)', async () => {
    const survey = {
      surveyId: ids.survey,
      responses: { [ids.question]: { fields: { available: 'false', '': 'ÿ' }, questionId: ids.question } },
    }
    const { body } = await create({ ...requiredAttributes, survey })
    expect((body as Interaction).data['survey']).toEqual(survey)
  })

  test.each(['', '{', '[]', 'null', '"text"', '{"data": []}', '{"data": null}', 'campaignId=1'])(
    'the body %j is refused (polis g)',
    async (body) => {
      const { status, body: error } = await create(body)
      expect(status).toBe(400)
      expect(error).toEqual(errorBody(400, 'Bad Request', expect.any(String)))
    },
  )
})

describe('the distance', () => {
  const place = { lat: 33.43174362182617, lng: -84.18405151367188 }
  const distanceOf = async (more: object): Promise<unknown> => {
    const { body } = await polis.send('POST', '/v2/interactions', { body: { ...requiredAttributes, ...more } })
    return (body as Interaction).data['distance']
  }

  test.each([
    ['of the page', { location: { ...place, confidence: 0 } }, 936.2361],
    ['at the household', { location: { lat: 42.000264, lng: -97.5 } }, 0],
    ['at the other end of the earth', { location: { lat: -42.000264, lng: 82.5 } }, 12436.8154],
    ['without a location', {}, undefined],
    ['with half a location', { location: { lat: 33.4 } }, undefined],
    ['with the other half', { location: { lng: -84.1 } }, undefined],
    ['with an empty location', { location: {} }, undefined],
    ['of a household whose place is not known', { location: place, householdId: ids.unknown }, undefined],
    ['that was posted', { location: place, distance: 5 }, 936.2361],
  ])('%s is computed from the places that are known (polis 5, h)', async (_, more, expected) => {
    expect(await distanceOf(more)).toBe(expected)
  })

  test.each([1e308, -1e308, 1e5, 91])(
    'a latitude of %d, which the page does not forbid, gives a number (polis 8, h)',
    async (lat) => {
      expect(await distanceOf({ location: { lat, lng: 0 } })).toEqual(expect.any(Number))
    },
  )

  test('a posted distance goes nowhere even where none is computed (polis 5, h)', async () => {
    expect(await distanceOf({ distance: 5 })).toBeUndefined()
  })

  test('a patch changes neither the distance nor what it is computed from afterwards (polis 5, h)', async () => {
    const { status, body } = await polis.patch(
      ids.first,
      [
        { op: 'replace', path: '/location', value: { lat: 0, lng: 0 } },
        { op: 'replace', path: '/distance', value: 1 },
      ],
      firstTag,
    )
    expect(status).toBe(200)
    expect((body as Interaction).data).toMatchObject({ distance: 936.2361, location: { lat: 0, lng: 0 } })
  })
})

describe('deleting', () => {
  const remove = (headers: Readonly<Record<string, string>>, id: string = ids.first) =>
    polis.send('DELETE', `/v2/interactions/${id}`, { headers })

  test('a deleted interaction is not found, listed, patched or deleted again (polis 33, e, l)', async () => {
    await remove({ etag: firstTag })
    const answers = [
      await polis.send('GET', first),
      await polis.patch(ids.first, [{ op: 'remove', path: '/unavailableReason' }], '*'),
      await remove({ etag: firstTag }),
      await remove({ etag: '*' }),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(404)
      expect(body).toEqual(errorBody(404, 'Not Found', `There is no interaction ${ids.first}.`))
    }
    expect(await polis.list()).toEqual([secondInteraction])
  })

  test('the row stays inside, marked as deleted (polis 10, 37, e)', async () => {
    await freezeAt(now)
    await polis.send('DELETE', first, { as: 'user-c', headers: { etag: firstTag } })
    const { body } = await polis.send('GET', '/__mock/state', { as: null })
    const rows = (body as { polis: { interactions: Interaction[] } }).polis.interactions
    const row = rows.find(({ id }) => id === ids.first)
    expect(row?.meta).toMatchObject({ isDeleted: true, modified: now, modifiedBy: ids.userC, createdBy: ids.userA })
    expect(row?.meta['etag']).not.toBe(firstTag)
  })

  test.each([
    ['missing', {}, 400],
    ['empty', { etag: '' }, 400],
    ['stale', { etag: secondTag }, 412],
    ['stale in If-Match', { 'if-match': `"${secondTag}"` }, 412],
  ])('a %s entity tag deletes nothing (polis b)', async (_, headers, expected) => {
    const { status } = await remove(headers)
    expect(status).toBe(expected)
    expect(await polis.list()).toHaveLength(2)
  })

  test.each([ids.unknown, 'nothing', '%00', '..%2f', 'constructor', '__proto__', '%E2%98%83'])(
    'an id like %s is unknown (polis m)',
    async (id) => {
      for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
        const { status, body } = await polis.send(method, `/v2/interactions/${id}`, {
          headers: { etag: '*' },
          ...(method === 'PATCH' && { body: { data: [] } }),
        })
        expect(status).toBe(404)
        expect(body).toEqual(errorBody(404, 'Not Found', expect.any(String)))
      }
    },
  )
})

describe('the protocol', () => {
  test.each(['PUT', 'POST', 'TRACE', 'QUERY'])('%s of one interaction is not allowed (polis o)', async (method) => {
    const { status, body, headers } = await polis.send(method as 'PUT', first)
    expect(status).toBe(405)
    expect(body).toEqual(errorBody(405, 'Method Not Allowed', expect.any(String)))
    expect(String(headers['allow']).split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH'])
  })

  test.each(['PUT', 'PATCH', 'DELETE'])('%s of all interactions is not allowed (polis o)', async (method) => {
    const { status, headers } = await polis.send(method as 'PUT', '/v2/interactions')
    expect(status).toBe(405)
    expect(String(headers['allow']).split(', ').toSorted()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST'])
  })

  test.each(['/v2', '/v2/', '/v2/contacts', '/v2/interactions/a/b'])(
    '%s is not found, in the format of Polis (polis a)',
    async (url) => {
      const { status, body, headers } = await polis.send('GET', url)
      expect(status).toBe(404)
      expect(body).toEqual(errorBody(404, 'Not Found', expect.any(String)))
      expect(headers['x-mock-refused-by']).toBe('routing')
    },
  )

  test('GET and DELETE carry Content-Type without a body, or none (polis 12, 34)', async () => {
    const authorization = 'Bearer polis-user-a'
    for (const headers of [
      { authorization },
      { authorization, 'content-type': 'application/json' },
      { authorization, 'content-type': 'x' },
    ]) {
      const got = await polis.mock.inject({ method: 'GET', url: first, headers })
      expect(got.statusCode).toBe(200)
    }
    const { status } = await polis.send('DELETE', first, {
      headers: { etag: firstTag, 'content-type': 'application/json' },
    })
    expect(status).toBe(200)
  })

  test.each([
    ['POST', '/v2/interactions', 'text/plain'],
    ['POST', '/v2/interactions', 'application/x-www-form-urlencoded'],
    ['POST', '/v2/interactions', 'application/json-patch+json'],
    ['PATCH', first, 'text/plain'],
    ['PATCH', first, 'application/merge-patch+json'],
  ] as const)('%s %s as %s is refused (polis 12)', async (method, url, type) => {
    const { status, body, headers } = await polis.send(method, url, {
      headers: { 'content-type': type, etag: firstTag },
      body: documentedPost,
    })
    expect(status).toBe(415)
    expect(body).toEqual(errorBody(415, 'Unsupported Media Type', expect.any(String)))
    expect(headers['x-mock-refused-by']).toBe('media-type')
  })

  test('Content-Type may have parameters and any case (polis 12)', async () => {
    const { status } = await polis.send('POST', '/v2/interactions', {
      headers: { 'content-type': 'Application/JSON; charset=utf-8' },
      body: documentedPost,
    })
    expect(status).toBe(201)
  })

  test('a body above 1 MiB is refused (polis a)', async () => {
    const { status, body, headers } = await polis.send('POST', '/v2/interactions', {
      body: { ...requiredAttributes, note: 'x'.repeat(1024 * 1024) },
    })
    expect(status).toBe(413)
    expect(body).toEqual(errorBody(413, 'Payload Too Large', expect.any(String)))
    expect(headers['x-mock-refused-by']).toBe('size')
  })

  test('HEAD answers like GET without the body (polis e)', async () => {
    const { status, text, headers } = await polis.send('HEAD', first)
    expect({ status, text, etag: headers['etag'] }).toEqual({ status: 200, text: '', etag: `"${firstTag}"` })
  })

  test.each([
    ['/v2/interactions', ['GET', 'HEAD', 'OPTIONS', 'POST']],
    [first, ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH']],
  ])('OPTIONS of %s needs no credentials and tells the methods (polis a, o)', async (url, methods) => {
    const { status, text, headers } = await polis.send('OPTIONS', url, { as: null })
    expect({ status, text }).toEqual({ status: 204, text: '' })
    expect(String(headers['allow']).split(', ').toSorted()).toEqual(methods)
  })

  test('the paths are those of the page and no others (polis 1)', async () => {
    const { status, body } = await polis.send('GET', '/interactions')
    expect(status).toBe(404)
    expect(body).not.toHaveProperty('statusCode')
  })
})

describe('hostile bodies', () => {
  test.each([
    ['a __proto__ member', `{"__proto__": {"polluted": true}, ${documentedPost.slice(1)}`],
    ['a nested __proto__ member', documentedPost.replace('"lat":', '"__proto__": {"polluted": 1}, "lat":')],
    ['a constructor with a prototype', `{"constructor": {"prototype": {"polluted": true}}, ${documentedPost.slice(1)}`],
    ['nesting without end', `{"note": ${'['.repeat(5000)}${']'.repeat(5000)}, ${documentedPost.slice(1)}`],
  ])('with %s are refused (polis g)', async (_, body) => {
    const { status, body: error } = await polis.send('POST', '/v2/interactions', { body })
    expect(status).toBe(400)
    expect(error).toEqual(errorBody(400, 'Bad Request', expect.any(String)))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test('that are not UTF-8 are refused (polis g)', async () => {
    const { statusCode } = await polis.mock.inject({
      method: 'POST',
      url: '/v2/interactions',
      headers: { authorization: 'Bearer polis-user-a', 'content-type': 'application/json' },
      payload: Buffer.concat([Buffer.from('{"note": "'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    })
    expect(statusCode).toBe(400)
  })

  test('with names of the language are data like any other (polis g)', async () => {
    const own = { toString: 'a', hasOwnProperty: 'b', valueOf: 1, length: 2 }
    const { status, body } = await polis.send('POST', '/v2/interactions', { body: { ...requiredAttributes, ...own } })
    expect(status).toBe(201)
    expect((body as Interaction).data).toEqual({ ...requiredAttributes, ...own })
  })
})

test('every provider state can be set and is gone after a reset', async () => {
  const list = async () => (await polis.list()).map(({ id }) => id)
  const set = (state: string) => polis.send('POST', '/__mock/states', { as: null, body: { state } })
  expect((await set('the customer has no interactions')).status).toBe(200)
  expect(await list()).toEqual([])
  polis.mock.reset()
  expect((await set('the interaction has been deleted')).body).toMatchObject({ interactionId: ids.first })
  expect(await list()).toEqual([ids.second])
  polis.mock.reset()
  expect((await set('the interaction has been changed by somebody else')).status).toBe(200)
  const { status } = await polis.patch(ids.first, [], firstTag)
  expect(status).toBe(412)
})
