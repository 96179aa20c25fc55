import { expect, describe } from 'vitest'
import { mockTest } from 'understudy/vitest'
import { documentedPost, ids } from '../apis/polis-client.ts'

const test = mockTest({ apis: ['polis'] })
const headers = { authorization: 'Bearer polis-user-a', 'content-type': 'application/json' }
const documented = `/v2/interactions/${ids.first}`

describe('passes', () => {
  test('starts at the seed, changes its state', async ({ mock }) => {
    mock.setState('the customer has no interactions')
    expect((await fetch(mock.url + documented, { headers })).status).toBe(404)
    expect(mock.state('polis', 'interactions')).toHaveLength(2)
  })

  test('does not see what the test before did', async ({ mock }) => {
    expect((await fetch(mock.url + documented, { headers })).status).toBe(200)
    expect(mock.requests()).toHaveLength(1)
  })

  test.concurrent.for([1, 2, 3, 4])(
    'has a session of its own beside others: %i',
    async (count, { mock, expect: expectHere }) => {
      for (let n = 0; n < count; n++)
        await fetch(`${mock.url}/v2/interactions`, { method: 'POST', headers, body: documentedPost })
      expectHere(mock.state('polis', 'interactions')).toHaveLength(4 + count)
      expectHere(mock.verify({ operationId: 'createInteraction', count, status: 201 }).verified).toBe(true)
    },
  )

  test('asserts what it has received', async ({ mock }) => {
    await fetch(`${mock.url}/v2/interactions`, { method: 'POST', headers, body: documentedPost })
    expect(mock).toHaveReceived('createInteraction')
    expect(mock).toHaveReceived({ operationId: 'createInteraction', count: 1, body: { unavailable: true } })
    expect(mock).not.toHaveReceived('getInteraction')
  })

  test('has its own time and faults', async ({ mock }) => {
    mock.advance(60_000)
    mock.fault({ kind: 'status', status: 503, count: 1 })
    expect((await fetch(mock.url + documented, { headers })).status).toBe(503)
    const answer = await fetch(`${mock.url}/v2/interactions`, { method: 'POST', headers, body: documentedPost })
    expect(await answer.json()).toMatchObject({ meta: { created: '2026-01-01T00:01:00.000Z' } })
    expect(answer.headers.get('location')).toMatch(new RegExp(`^/~${mock.id}/`))
  })

  test('knows who may ask', async ({ mock }) => {
    const answer = await fetch(mock.url + documented, { headers: mock.credentials.polis['user-a'].headers })
    expect(answer.status).toBe(200)
  })

  test('may send what the specs forbid when it says so', async ({ mock }) => {
    mock.expectRefusals()
    expect((await fetch(`${mock.url}/v2/interactions`, { method: 'POST', headers, body: '{' })).status).toBe(400)
  })

  test('may send what one stage refuses when it says which', async ({ mock }) => {
    mock.expectRefusals('security')
    expect((await fetch(mock.url + documented)).status).toBe(401)
  })

  test('shares one mock with the other tests of its worker', async ({ mock, understudy }) => {
    expect(mock.url).toBe(`${understudy.url}/~${mock.id}`)
    expect(understudy.requests()).toEqual([])
  })
})

describe('fails', () => {
  test('when it has not received what was asserted', async ({ mock }) => {
    await fetch(`${mock.url}/v2/interactions`, { method: 'POST', headers, body: documentedPost })
    expect(mock).toHaveReceived({ operationId: 'createInteraction', body: { unavailable: false } })
  })

  test('when a body breaks the spec, however the client takes it', async ({ mock }) => {
    await fetch(`${mock.url}/v2/interactions`, { method: 'POST', headers, body: '{"survey":1}' })
  })

  test('when credentials are missing', async ({ mock }) => {
    await fetch(mock.url + documented)
  })

  test('when a path leads nowhere', async ({ mock }) => {
    await fetch(`${mock.url}/v2/interaction`)
  })

  test('when another stage refuses than the test expects', async ({ mock }) => {
    mock.expectRefusals('security')
    await fetch(`${mock.url}/v2/interactions`, { method: 'POST', headers, body: '{' })
  })

  test('when nothing is refused though the test expects it', async ({ mock }) => {
    mock.expectRefusals('validation')
    await fetch(mock.url + documented, { headers })
  })

  test('when the journal could not keep everything', async ({ mock }) => {
    await Promise.all(Array.from({ length: 1001 }, () => mock.inject({ url: documented, headers })))
  })
})
