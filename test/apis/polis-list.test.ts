import { describe, expect, test } from 'vitest'
import {
  documentedPost,
  errorBody,
  firstInteraction,
  ids,
  type Interaction,
  requiredAttributes,
  secondInteraction,
  startPolis,
} from './polis-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const polis = await startPolis()

setBackAfterEachTest(polis.mock)

const page = 'limit=1000&skip=0'
const byId = 'sort=/data/id&sort=ASC'

async function refusal(query: string): Promise<{ message: string; refusedBy: unknown }> {
  const { status, body, headers } = await polis.send('GET', `/v2/interactions?${query}`)
  expect(status).toBe(400)
  expect(body).toEqual(errorBody(400, 'Bad Request', expect.any(String)))
  return { message: (body as { message: string }).message, refusedBy: headers['x-mock-refused-by'] }
}

describe('filter', () => {
  const attributes = [
    ['/data/campaignId', ids.campaign],
    ['/data/contactId', ids.contact],
    ['/data/contactHouseholdId', ids.contactHousehold],
    ['/data/householdId', ids.household],
  ] as const

  test.each(attributes)(
    '%s selects the interactions that have its value, and no others (polis 14, 16, l)',
    async (attribute, value) => {
      const name = attribute.replace('/data/', '')
      const { body } = await polis.send('POST', '/v2/interactions', {
        body: { ...requiredAttributes, [name]: ids.unknown },
      })
      const query = (id: string) => `${page}&${byId}&filter%5B${encodeURIComponent(attribute)}%5D=${id}`
      expect(await polis.list(query(value))).toEqual([secondInteraction, firstInteraction])
      expect(await polis.list(query(ids.unknown))).toEqual([body])
      expect(await polis.list(query(ids.otherForeign))).toEqual([])
    },
  )

  const [, contact] = ['', `"/data/contactId": "${ids.contact}"`]
  const notations: readonly (readonly [string, string])[] = [
    ['brackets percent-encoded', `filter%5B%2Fdata%2FcontactId%5D=${ids.contact}`],
    ['brackets raw', `filter[/data/contactId]=${ids.contact}`],
    ['JSON', `filter=${encodeURIComponent(`{${contact}}`)}`],
    ['JSON with spaces', `filter=${encodeURIComponent(` { ${contact} } `)}`],
    ['JSON without braces, as in the table', `filter=${encodeURIComponent(contact ?? '')}`],
    ['JSON without braces in the single quotes of the table', `filter=${encodeURIComponent(`'${contact}'`)}`],
    ['JSON with escapes', `filter=${encodeURIComponent(`{"\\u002fdata/contactId":"${ids.contact}"}`)}`],
  ]

  test.each(notations)('is accepted in the notation: %s (polis 14, 15, l)', async (_, filter) => {
    await polis.send('POST', '/v2/interactions', { body: { ...requiredAttributes, contactId: ids.unknown } })
    expect(await polis.list(`${page}&${byId}&${filter}`)).toEqual([secondInteraction, firstInteraction])
  })

  test('without members, or left out, selects all interactions of the customer (polis 14, l)', async () => {
    for (const filter of ['', '&filter=', '&filter=%7B%7D', '&filter=%20']) {
      expect(await polis.list(`${page}&${byId}${filter}`)).toEqual([secondInteraction, firstInteraction])
    }
  })

  test('several hold together (polis l)', async () => {
    const query = (contactId: string) =>
      `${page}&${byId}&filter[/data/campaignId]=${ids.campaign}&filter[/data/contactId]=${contactId}`
    expect(await polis.list(query(ids.contact))).toHaveLength(2)
    expect(await polis.list(query(ids.unknown))).toEqual([])
    const json = JSON.stringify({ '/data/campaignId': ids.campaign, '/data/contactId': ids.unknown })
    expect(await polis.list(`${page}&${byId}&filter=${encodeURIComponent(json)}`)).toEqual([])
  })

  test('never reaches the rows of another customer (polis a, l)', async () => {
    const foreign = (await polis.read(ids.foreign, 'user-b')).data['campaignId']
    expect(await polis.list(`${page}&${byId}&filter[/data/campaignId]=${String(foreign)}`)).toEqual([])
  })

  test.each([
    'filter[/data/statusId]=x',
    'filter[/data/timestamp]=x',
    'filter[/id]=x',
    'filter[/customerId]=x',
    'filter[/campaignId]=x',
    'filter[campaignId]=x',
    'filter[data/campaignId]=x',
    `filter=${encodeURIComponent('{"data/contactId": "x"}')}`,
    'filter[/data/CampaignId]=x',
    'filter[]=x',
    'filter[__proto__]=x',
    'filter[constructor]=x',
    'filter[/data/campaignId][x]=x',
    'filter=x',
    'filter=%7B',
    'filter=%5B%5D',
    'filter=null',
    `filter=${encodeURIComponent('{"/data/contactId": 1}')}`,
    `filter=${encodeURIComponent('{"/data/contactId": null}')}`,
    `filter=${encodeURIComponent('{"/data/contactId": "x",}')}`,
    `filter=${encodeURIComponent('{"/data/contactId": "\\x"}')}`,
    `filter=${encodeURIComponent('{"/data/statusId": "x"}')}`,
    `filter=${encodeURIComponent('{"__proto__": "x"}')}`,
    'filter[/data/contactId]=x&filter=%7B',
  ])('%s is refused by its name (polis 16, l)', async (filter) => {
    const { message, refusedBy } = await refusal(`${page}&${byId}&${filter}`)
    expect(message).toContain('filter')
    expect(refusedBy).toBe('validation')
  })

  test.each([
    `filter[/data/contactId]=${ids.contact}&filter[/data/contactId]=${ids.contact}`,
    `filter[/data/contactId]=${ids.contact}&filter=${encodeURIComponent(`{"/data/contactId":"${ids.contact}"}`)}`,
    `filter=${encodeURIComponent(`{"/data/contactId":"${ids.contact}","/data/contactId":"${ids.contact}"}`)}`,
  ])('the same attribute twice is refused: %s (polis l)', async (filter) => {
    expect((await refusal(`${page}&${byId}&${filter}`)).message).toContain('filter')
  })
})

describe('limit and skip', () => {
  test.each([
    ['limit', `skip=0&${byId}`],
    ['skip', `limit=1&${byId}`],
    ['sort', 'limit=1&skip=0'],
  ])('%s is required (polis 17, 18, 19, j)', async (name, query) => {
    const { message, refusedBy } = await refusal(query)
    expect(message).toContain(name)
    expect(refusedBy).toBe('validation')
  })

  test('all three missing are all named (polis j)', async () => {
    const { message } = await refusal('')
    for (const name of ['limit', 'skip', 'sort']) expect(message).toContain(name)
  })

  test.each(['0', '-1', '1.5', '1e400', 'ten', '', ' 1', '0x10', '+1', '01', 'NaN', 'null', '1&limit=1'])(
    'limit=%s is refused (polis 17, j)',
    async (limit) => {
      expect((await refusal(`skip=0&${byId}&limit=${limit}`)).message).toContain('limit')
    },
  )

  test.each(['-1', '0.5', 'none', '', '-9007199254740991', '0&skip=0'])(
    'skip=%s is refused (polis 18, j)',
    async (skip) => {
      expect((await refusal(`limit=1&${byId}&skip=${skip}`)).message).toContain('skip')
    },
  )

  test.each(['9007199254740991', '9007199254740993', '99999999999999999999', '1000', '2'])(
    'limit=%s answers all there is (polis 17, p)',
    async (limit) => {
      expect(await polis.list(`limit=${limit}&skip=0&${byId}`)).toHaveLength(2)
      expect(await polis.list(`limit=${limit}&skip=1&${byId}`)).toHaveLength(1)
    },
  )

  test('they cut out a page (polis 17, 18)', async () => {
    const idsOf = async (query: string) => (await polis.list(`${query}&${byId}`)).map(({ id }) => id)
    expect(await idsOf('limit=1&skip=0')).toEqual([ids.second])
    expect(await idsOf('limit=1&skip=1')).toEqual([ids.first])
    expect(await idsOf('limit=1&skip=2')).toEqual([])
    expect(await idsOf('limit=9007199254740991&skip=9007199254740991')).toEqual([])
  })
})

describe('sort', () => {
  const order = async (sort: string) => (await polis.list(`${page}&${sort}`)).map(({ id }) => id)
  const ascending = [ids.second, ids.first]
  const descending = [ids.first, ids.second]

  test.each([
    'sort=/data/id&sort=ASC',
    'sort=%2Fdata%2Fid&sort=ASC',
    'sort=data/id&sort=ASC',
    'sort=/id&sort=ASC',
    'sort=id&sort=ASC',
    'sort=id&sort=asc',
    'sort=id&sort=Asc',
    'sort[]=/data/id&sort[]=ASC',
    'sort%5B%5D=id&sort%5B%5D=ASC',
    `sort=${encodeURIComponent('["id","ASC"]')}`,
    `sort=${encodeURIComponent('["/data/id", "ASC"]')}`,
    `sort=${encodeURIComponent("['id', 'ASC']")}`,
    `sort[]=${encodeURIComponent(' [ "id" , "asc" ] ')}`,
  ])('%s is ascending by id, although the page shows the other order (polis 19, 20, 21, k)', async (sort) => {
    expect(await order(sort)).toEqual(ascending)
    expect(await order(sort.replace(/ASC|asc|Asc/, 'DESC'))).toEqual(descending)
    expect(await order(sort.replace(/ASC|asc|Asc/, 'desc'))).toEqual(descending)
  })

  test.each([
    ['/data/timestamp', ids.first],
    ['timestamp', ids.first],
    ['/meta/created', ids.first],
    ['created', ids.first],
    ['/meta/modified', ids.first],
    ['/data/unavailable', ids.second],
  ])('%s is a column too (polis k)', async (column, lowest) => {
    expect((await order(`sort=${column}&sort=ASC`))[0]).toBe(lowest)
    expect((await order(`sort=${column}&sort=DESC`))[1]).toBe(lowest)
  })

  test('timestamps are in the order of time, whatever their offset (polis 9, k)', async () => {
    const timestamps = ['2020-01-01T05:00:00+05:00', '2020-01-01T01:00:00Z', '2020-01-01T01:30:00.5Z']
    const made: string[] = []
    for (const timestamp of timestamps) {
      const { body } = await polis.send('POST', '/v2/interactions', { body: { ...requiredAttributes, timestamp } })
      made.push((body as Interaction).id)
    }
    expect(await order('sort=timestamp&sort=ASC')).toEqual([ids.first, ids.second, ...made])
    expect(await order('sort=timestamp&sort=DESC')).toEqual([...made.toReversed(), ids.second, ids.first])
  })

  test.each([
    'campaignId',
    'contactId',
    'householdId',
    'contactHouseholdId',
    'successful',
    'unavailableReason',
    'distance',
    'statusId',
    'walklistId',
    'turfId',
    'survey',
    'location',
  ])('/data/%s is a column, also where no row has it (polis k)', async (name) => {
    expect(await order(`sort=/data/${name}&sort=ASC`)).toHaveLength(2)
  })

  test.each([
    'sort=/data/shoeSize&sort=ASC',
    'sort=/meta/etag&sort=ASC',
    'sort=/customerId&sort=ASC',
    'sort=&sort=ASC',
    'sort=__proto__&sort=ASC',
    'sort=//id&sort=ASC',
    'sort=ID&sort=ASC',
    'sort=id&sort=UP',
    'sort=id&sort=',
    'sort=id&sort=a%C5%BFc',
    'sort=ASC&sort=id',
    'sort=id',
    'sort=ASC',
    'sort=id,ASC',
    'sort=id&sort=ASC&sort=id',
    'sort=id&sort=ASC&sort[]=id&sort[]=ASC',
    `sort=${encodeURIComponent('["id"]')}`,
    `sort=${encodeURIComponent('["id","ASC","ASC"]')}`,
    `sort=${encodeURIComponent('["id","ASC"')}`,
    `sort=${encodeURIComponent('{"id":"ASC"}')}`,
  ])('%s is refused by its name (polis 19, k)', async (sort) => {
    const { message, refusedBy } = await refusal(`${page}&${sort}`)
    expect(message).toContain('sort')
    expect(refusedBy).toBe('validation')
  })

  test('an unknown direction is told which ones there are (polis 19, k)', async () => {
    expect((await refusal(`${page}&sort=id&sort=UP`)).message).toContain('ASC, DESC')
  })
})

test('parameters may come in any order and beside others (polis 14, 17, 18, 19)', async () => {
  expect(await polis.list(`sort=id&${page}&unknown=1&sort=ASC`)).toEqual([secondInteraction, firstInteraction])
})

test('a new interaction is listed in its place, and a list of none is an empty one (polis 13)', async () => {
  const { body } = await polis.send('POST', '/v2/interactions', { body: documentedPost })
  const listed = await polis.list(`${page}&${byId}`)
  expect(listed.map(({ id }) => id)).toEqual([ids.first, ids.second, (body as Interaction).id].toSorted())
  const { text } = await polis.send('GET', `/v2/interactions?${page}&${byId}&filter[/data/contactId]=nobody`)
  expect(text).toBe('{"data":[],"meta":{}}')
})
