import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  documentedPost,
  errorBody,
  firstInteraction,
  firstTag,
  ids,
  type Interaction,
  requiredAttributes,
  secondTag,
  startPolis,
} from './polis-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const first = `/v2/interactions/${ids.first}`
const oneChange = [{ op: 'replace', path: '/unavailableReason', value: 'Moved' }]

const polis = await startPolis()

setBackAfterEachTest(polis.mock)

async function freezeAt(time: string): Promise<void> {
  await polis.send('PUT', '/__mock/clock', { as: null, body: { now: time } })
}

/** The tag that the ruled algorithm gives to an interaction as it stands on the wire. */
function tagOf(text: string): string {
  const untagged = text.replace(/"etag":"[^"]*"/, '"etag":""')
  const digest = createHash('sha1').update(untagged).digest('base64')
  return `${Buffer.byteLength(untagged).toString(16)}-${digest.slice(0, 27)}`
}

describe('the entity tag', () => {
  test('of each documented interaction is the one of its content (polis 10, 22, d)', async () => {
    for (const [id, tag] of [
      [ids.first, firstTag],
      [ids.second, secondTag],
    ] as const) {
      const { text } = await polis.send('GET', `/v2/interactions/${id}`)
      expect(tagOf(text)).toBe(tag)
    }
  })

  test('of a new and of a patched interaction follows the same algorithm, non-ASCII text included (polis c, d)', async () => {
    const answers = [
      await polis.send('POST', '/v2/interactions', {
        body: { ...requiredAttributes, note: '☃ "é"', turfId: ids.unknown },
      }),
      await polis.patch(ids.first, [{ op: 'replace', path: '/unavailableReason', value: 'Später' }], firstTag),
    ]
    for (const { text, body, headers } of answers) {
      const { meta } = body as Interaction
      expect(meta['etag']).toBe(tagOf(text))
      expect(headers['etag']).toBe(`"${meta['etag']}"`)
    }
  })

  test.each([
    ['etag', firstTag],
    ['etag', `"${firstTag}"`],
    ['etag', `W/"${firstTag}"`],
    ['ETag', firstTag],
    ['ETAG', ` ${firstTag} `],
    ['etag', '*'],
    ['If-Match', `"${firstTag}"`],
    ['if-match', firstTag],
    ['If-Match', `W/"${firstTag}"`],
    ['If-Match', `"${secondTag}", "${firstTag}"`],
    ['If-Match', '*'],
  ])('%s: %s lets a patch and a deletion pass (polis 28, 33, b)', async (name, value) => {
    const headers = { [name]: value }
    expect((await polis.send('PATCH', first, { headers, body: { data: [] } })).status).toBe(200)
    expect((await polis.send('DELETE', first, { headers })).status).toBe(200)
  })

  test.each([
    [{}, 400],
    [{ etag: '' }, 400],
    [{ etag: '  ' }, 400],
    [{ 'if-match': '' }, 400],
    [{ 'if-none-match': firstTag }, 400],
    [{ etag: secondTag }, 412],
    [{ etag: firstTag.toUpperCase() }, 412],
    [{ etag: firstTag.slice(0, -1) }, 412],
    [{ 'if-match': `"${secondTag}"` }, 412],
    [{ etag: firstTag, 'if-match': secondTag }, 412],
    [{ etag: secondTag, 'if-match': firstTag }, 412],
  ])('%j changes nothing (polis 28, b)', async (headers, expected) => {
    const { status, body } = await polis.send('PATCH', first, {
      headers,
      body: { data: oneChange },
    })
    expect(status).toBe(expected)
    expect(body).toEqual(
      errorBody(expected, expected === 400 ? 'Bad Request' : 'Precondition Failed', expect.any(String)),
    )
    expect(await polis.read(ids.first)).toEqual(firstInteraction)
  })

  test('the refusal of a missing tag names the header (polis b)', async () => {
    const { body } = await polis.send('PATCH', first, { body: { data: oneChange } })
    expect((body as { message: string }).message).toContain('etag')
  })

  test('of 20 parallel patches with one tag exactly one wins (polis b, c)', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        polis.patch(ids.first, [{ op: 'replace', path: '/unavailableReason', value: `Writer ${index}` }], firstTag),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(19).fill(412)])
    const winner = answers.find(({ status }) => status === 200)
    expect(await polis.read(ids.first)).toEqual(winner?.body)
  })

  test('of 20 parallel patches that change nothing at a standing clock exactly one wins as well (polis b, c)', async () => {
    const { body } = await polis.send('POST', '/v2/interactions', { body: documentedPost })
    const { id, meta } = body as Interaction
    const same = [{ op: 'replace', path: '/successful', value: false }]
    const answers = await Promise.all(Array.from({ length: 20 }, () => polis.patch(id, same, String(meta['etag']))))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })
})

describe('what a patch does to meta', () => {
  test('entity tag, modified and modifiedBy change, created and createdBy stay (polis 31, c)', async () => {
    await freezeAt('2031-05-06T07:08:09.010Z')
    const { body } = await polis.send('PATCH', first, {
      as: 'user-c',
      headers: { etag: firstTag },
      body: { data: oneChange },
    })
    expect((body as Interaction).meta).toEqual({
      ...firstInteraction.meta,
      etag: expect.not.stringMatching(firstTag.replaceAll(/[+/]/g, '.')),
      modified: '2031-05-06T07:08:09.010Z',
      modifiedBy: ids.userC,
    })
    expect(await polis.read(ids.first)).toEqual(body)
  })

  test('no operations change nothing (polis 29)', async () => {
    const { status, text, headers } = await polis.patch(ids.first, [], firstTag)
    expect({ status, text, etag: headers['etag'] }).toEqual({
      status: 200,
      text: JSON.stringify(firstInteraction),
      etag: `"${firstTag}"`,
    })
  })
})

describe('the operations of RFC 6902', () => {
  const response = `/survey/responses/${ids.question}`
  const patched = async (...operations: readonly object[]): Promise<Record<string, unknown>> => {
    const { status, body, text } = await polis.patch(ids.first, operations, firstTag)
    expect({ status, text }).toMatchObject({ status: 200 })
    return (body as Interaction).data
  }

  test('add gives an attribute that was missing, replaces one that is there, and fills maps (polis 29, n)', async () => {
    expect(
      await patched(
        { op: 'add', path: '/turfId', value: ids.unknown },
        { op: 'add', path: '/unavailableReason', value: 'Moved' },
        { op: 'add', path: `/survey/responses/${ids.unknown}`, value: { fields: {}, questionId: ids.unknown } },
        { op: 'add', path: `${response}/fields/a~1b~0c`, value: 'x' },
        { op: 'add', path: '/location/confidence', value: 0.5 },
      ),
    ).toMatchObject({
      turfId: ids.unknown,
      unavailableReason: 'Moved',
      survey: {
        responses: {
          [ids.unknown]: { fields: {}, questionId: ids.unknown },
          [ids.question]: { fields: { available: 'false', 'a/b~c': 'x' } },
        },
      },
      location: { confidence: 0.5 },
    })
  })

  test('members that an operation does not define are ignored (polis 29, n)', async () => {
    const data = await patched(
      { op: 'replace', path: '/successful', value: false, from: '/shoeSize', note: 'why' },
      { op: 'test', path: '/successful', value: false, from: 7 },
      { op: 'remove', path: '/unavailableReason', value: 'Gone' },
    )
    expect(data).toMatchObject({ successful: false })
    expect(data).not.toHaveProperty('unavailableReason')
  })

  test('remove takes an optional attribute away, also a nested one (polis 29, n)', async () => {
    const data = await patched({ op: 'remove', path: '/unavailableReason' }, { op: 'remove', path: '/location/lat' })
    expect(data).not.toHaveProperty('unavailableReason')
    expect(data['location']).toEqual({ lng: -84.18405151367188, confidence: 0 })
  })

  test('move and copy take values along (polis 29, n)', async () => {
    const data = await patched(
      { op: 'copy', from: '/campaignId', path: '/statusId' },
      { op: 'move', from: '/location/lat', path: '/location/confidence' },
    )
    expect(data).toMatchObject({ statusId: ids.campaign, campaignId: ids.campaign })
    expect(data['location']).toEqual({ lng: -84.18405151367188, confidence: 33.43174362182617 })
  })

  test('a move to where it came from changes nothing (polis n)', async () => {
    expect(await patched({ op: 'move', from: '/location', path: '/location' })).toEqual(firstInteraction.data)
  })

  test.each([
    ['/unavailable', true],
    ['/location', { confidence: 0, lng: -84.18405151367188, lat: 33.43174362182617 }],
    ['/location/confidence', 0],
    ['/distance', 936.2361],
  ])('test of %s holds for an equal value (polis n)', async (path, value) => {
    expect(await patched({ op: 'test', path, value })).toEqual(firstInteraction.data)
  })

  test('later operations see what earlier ones did (polis n)', async () => {
    const data = await patched(
      { op: 'remove', path: '/location' },
      { op: 'add', path: '/location', value: { lat: 1 } },
      { op: 'test', path: '/location/lat', value: 1 },
      { op: 'replace', path: '/location/lat', value: 2 },
    )
    expect(data['location']).toEqual({ lat: 2 })
  })

  test('paths that begin with /data are accepted, as in older revisions of the page (polis 29, n)', async () => {
    expect(
      await patched(
        { op: 'replace', path: '/data/successful', value: false },
        { op: 'add', path: '/data/turfId', value: ids.unknown },
        { op: 'copy', from: '/data/campaignId', path: '/data/statusId' },
      ),
    ).toMatchObject({ successful: false, turfId: ids.unknown, statusId: ids.campaign })
  })

  test('an attribute called data inside data comes first (polis n)', async () => {
    const { body } = await polis.send('POST', '/v2/interactions', {
      body: { data: { ...requiredAttributes, data: { successful: 'inner' } } },
    })
    const { id, meta } = body as Interaction
    const { body: after } = await polis.patch(
      id,
      [{ op: 'replace', path: '/data/successful', value: 'changed' }],
      String(meta['etag']),
    )
    expect((after as Interaction).data).toEqual({ ...requiredAttributes, data: { successful: 'changed' } })
  })

  test('an attribute that only the sender knows can be changed inside, lists included (polis n)', async () => {
    const { body } = await polis.send('POST', '/v2/interactions', {
      body: { ...requiredAttributes, notes: { list: ['a', 'b'] } },
    })
    const { id, meta } = body as Interaction
    const { body: after } = await polis.patch(
      id,
      [
        { op: 'add', path: '/notes/list/-', value: 'd' },
        { op: 'add', path: '/notes/list/2', value: 'c' },
        { op: 'move', from: '/notes/list/0', path: '/notes/list/3' },
        { op: 'remove', path: '/notes/list/1' },
        { op: 'replace', path: '/notes/list/0', value: { deep: null } },
        { op: 'add', path: '/notes/new', value: true },
      ],
      String(meta['etag']),
    )
    expect((after as Interaction).data).toEqual({
      ...requiredAttributes,
      notes: { list: [{ deep: null }, 'd', 'a'], new: true },
    })
  })

  test.each([
    ['a bare list', 'application/json'],
    ['a bare list of its own media type', 'application/json-patch+json'],
  ])('%s is accepted (polis 29, n)', async (_, type) => {
    const { status, body } = await polis.send('PATCH', first, {
      headers: { etag: firstTag, 'content-type': type },
      body: oneChange,
    })
    expect(status).toBe(200)
    expect((body as Interaction).data['unavailableReason']).toBe('Moved')
  })

  test('a wrapped list is accepted in the media type of JSON Patch as well (polis 29, n)', async () => {
    const { status } = await polis.send('PATCH', first, {
      headers: { etag: firstTag, 'content-type': 'application/json-patch+json' },
      body: { data: oneChange },
    })
    expect(status).toBe(200)
  })

  const refused: readonly (readonly [string, unknown])[] = [
    // Outside data (polis 30).
    ['/id', { op: 'replace', path: '/id', value: ids.unknown }],
    ['/id by add', { op: 'add', path: '/id', value: ids.unknown }],
    ['/data/id', { op: 'add', path: '/data/id', value: ids.unknown }],
    ['/meta', { op: 'remove', path: '/meta' }],
    ['/meta/etag', { op: 'replace', path: '/meta/etag', value: 'x' }],
    ['/meta/isDeleted', { op: 'add', path: '/meta/isDeleted', value: true }],
    ['/customerId', { op: 'replace', path: '/customerId', value: ids.unknown }],
    ['/securityGroupId', { op: 'add', path: '/securityGroupId', value: ids.unknown }],
    ['a copy from /customerId', { op: 'copy', from: '/customerId', path: '/turfId' }],
    ['a copy to /meta', { op: 'copy', from: '/location', path: '/meta' }],
    ['the whole of data', { op: 'replace', path: '', value: {} }],
    ['/data', { op: 'replace', path: '/data', value: {} }],
    // Attributes that data does not have.
    ['an unknown attribute', { op: 'add', path: '/shoeSize', value: 44 }],
    ['an unknown attribute of the survey', { op: 'add', path: '/survey/title', value: 'x' }],
    ['an unknown attribute of the location', { op: 'add', path: '/location/alt', value: 1 }],
    ['an unknown attribute of a response', { op: 'add', path: `${response}/title`, value: 1 }],
    ['the inside of a text', { op: 'add', path: '/timestamp/year', value: 1 }],
    ['the inside of something missing', { op: 'add', path: '/turfId/x', value: 1 }],
    ['an empty name', { op: 'add', path: '/', value: 1 }],
    // Targets that do not exist.
    ['remove of a missing attribute', { op: 'remove', path: '/turfId' }],
    ['replace of a missing attribute', { op: 'replace', path: '/turfId', value: ids.unknown }],
    ['test of a missing attribute', { op: 'test', path: '/turfId', value: null }],
    ['move from a missing attribute', { op: 'move', from: '/turfId', path: '/statusId' }],
    ['copy from a missing attribute', { op: 'copy', from: '/turfId', path: '/statusId' }],
    ['move into itself', { op: 'move', from: '/location', path: '/location/lat' }],
    ['a failing test', { op: 'test', path: '/unavailable', value: false }],
    ['a test of another type', { op: 'test', path: '/unavailable', value: 'true' }],
    ['a test of a list', { op: 'test', path: '/location', value: [] }],
    // What the data has to satisfy.
    ['removal of the survey', { op: 'remove', path: '/survey' }],
    ['removal of the survey id', { op: 'remove', path: '/survey/surveyId' }],
    ['moving a required attribute away', { op: 'move', from: '/campaignId', path: '/turfId' }],
    ['a text as unavailable', { op: 'replace', path: '/unavailable', value: 'true' }],
    ['null as successful', { op: 'replace', path: '/successful', value: null }],
    ['another text as contactId', { op: 'replace', path: '/contactId', value: 'somebody' }],
    ['a bad timestamp', { op: 'replace', path: '/timestamp', value: 'yesterday' }],
    ['a number as field', { op: 'replace', path: `${response}/fields/available`, value: 1 }],
    ['a question that is no UUID', { op: 'add', path: '/survey/responses/q1', value: {} }],
    // Operations that are none.
    ['an unknown op', { op: 'increment', path: '/distance', value: 1 }],
    ['an op in upper case', { op: 'REPLACE', path: '/successful', value: true }],
    ['no op', { path: '/successful', value: true }],
    ['no path', { op: 'remove' }],
    ['no value', { op: 'replace', path: '/successful' }],
    ['no from', { op: 'move', path: '/successful' }],
    ['a path without a slash', { op: 'replace', path: 'successful', value: true }],
    ['a bad escape', { op: 'replace', path: '/a~2', value: true }],
    ['a path that is no text', { op: 'remove', path: 1 }],
    ['no object', 'remove /successful'],
    ['null', null],
    // Names of the language.
    ['__proto__', { op: 'add', path: '/__proto__/polluted', value: true }],
    ['a nested __proto__', { op: 'add', path: `${response}/fields/__proto__`, value: { polluted: 'yes' } }],
    ['constructor', { op: 'add', path: '/constructor/prototype/polluted', value: true }],
    ['an inherited method', { op: 'copy', from: '/survey/toString', path: '/unavailableReason' }],
    ['an inherited method to test', { op: 'test', path: '/hasOwnProperty', value: null }],
    ['the length of a text', { op: 'copy', from: '/timestamp/length', path: '/location/lat' }],
  ]

  test.each(refused)('%s is refused, and operations before it have no effect (polis 30, n)', async (_, operation) => {
    const { status, body, headers } = await polis.patch(ids.first, [...oneChange, operation], firstTag)
    expect(status).toBe(400)
    expect(body).toEqual(errorBody(400, 'Bad Request', expect.any(String)))
    expect(['rule', 'validation']).toContain(headers['x-mock-refused-by'])
    expect(await polis.read(ids.first)).toEqual(firstInteraction)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  test.each([
    '',
    '{}',
    '{"data": {}}',
    '{"data": null}',
    '{"operations": []}',
    'null',
    '1',
    '{"data": [{"__proto__": 1}]}',
  ])('the body %j is refused (polis 32, n)', async (body) => {
    const { status, body: error } = await polis.send('PATCH', first, { headers: { etag: firstTag }, body })
    expect(status).toBe(400)
    expect(error).toEqual(errorBody(400, 'Bad Request', expect.any(String)))
  })

  test('the refusal names the operation and the path (polis n)', async () => {
    const { body } = await polis.patch(ids.first, [...oneChange, { op: 'remove', path: '/turfId' }], firstTag)
    expect(body).toEqual(errorBody(400, 'Bad Request', 'Operation 1, remove /turfId: there is no /turfId in data.'))
    const { body: broken } = await polis.patch(ids.first, [{ op: 'remove', path: '/survey' }], firstTag)
    expect((broken as { message: string }).message).toContain('survey')
  })
})

describe('hostile patches', () => {
  const createWith = async (notes: unknown): Promise<Interaction> =>
    (await polis.send('POST', '/v2/interactions', { body: { ...requiredAttributes, notes } })).body as Interaction

  test('copies of copies are refused before they fill the memory (polis n)', async () => {
    const { id, meta } = await createWith({ seed: 'x'.repeat(1000) })
    const doubling = Array.from({ length: 60 }, (_, index) => ({
      op: 'copy',
      from: '/notes',
      path: `/notes/c${index}`,
    }))
    const { status } = await polis.patch(id, doubling, String(meta['etag']))
    expect(status).toBe(400)
  })

  test('nesting by copies is refused before it fills the stack (polis n)', async () => {
    const { id, meta } = await createWith({})
    const depths = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384]
    const deepening = depths.map((depth) => ({ op: 'copy', from: '/notes', path: `/notes${'/a'.repeat(depth)}` }))
    const { status } = await polis.patch(id, deepening, String(meta['etag']))
    expect(status).toBe(400)
  })

  test('a test of two long lists takes no longer than reading them (polis n)', async () => {
    const numbers = Array.from({ length: 50_000 }, (_, index) => index)
    const { id, meta } = await createWith(numbers)
    const { status } = await polis.patch(
      id,
      [{ op: 'test', path: '/notes', value: numbers.toReversed() }],
      String(meta['etag']),
    )
    expect(status).toBe(400)
  })
})
