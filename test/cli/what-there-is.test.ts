import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { killAll, runHere, started } from '../support/cli.ts'
import { keeper, petsFolders } from '../support/pets.ts'

let mock: Understudy
beforeAll(async () => {
  mock = await createUnderstudy(petsFolders())
})
afterAll(async () => {
  killAll()
  await mock.close()
})

describe('a mock tells what there is', () => {
  test('at / to a program', async () => {
    const { url } = mock
    expect(await (await fetch(`${url}/`)).json()).toEqual({
      understudy: expect.any(String),
      apis: [
        {
          name: 'pets',
          title: 'Pets',
          baseUrls: [url],
          docs: `${url}/docs/pets`,
          openapi: `${url}/docs/pets/openapi.json`,
          operations: ['GET /pets', 'POST /pets', 'GET /pets/{petId}', 'DELETE /pets/{petId}', 'PATCH /pets/{petId}'],
        },
      ],
      docs: `${url}/docs`,
      credentials: `${url}/__mock/credentials`,
      controlPlane: `${url}/__mock`,
    })
  })

  test('at /__mock with every call', async () => {
    const list = (await (await fetch(`${mock.url}/__mock`)).json()) as { calls: Record<string, string> }
    expect(list).toMatchObject({ docs: `${mock.url}/docs/control-plane`, openapi: `${mock.url}/__mock/openapi.json` })
    expect(list.calls).toHaveProperty(['POST /__mock/reset'])
  })

  test.each([
    ['/', '/docs'],
    ['/__mock', '/docs/control-plane'],
    ['/~default/', '/~default/docs'],
  ])('at %s to a browser as a page', async (path, page) => {
    const { statusCode, headers } = await mock.inject({ url: path, headers: { accept: 'text/html,*/*;q=0.8' } })
    expect({ statusCode, location: headers['location'] }).toEqual({ statusCode: 302, location: page })
  })

  test.each([
    ['/pet', '/pets'],
    ['/pets/1/', '/pets/1'],
    ['/v1/pets', '/pets'],
    ['/nothing-like-it/at/all', undefined],
  ])('and for %s that it may be %s', async (path, nearest) => {
    const { body } = await mock.inject({ url: path, headers: keeper })
    if (nearest === undefined) expect(body).not.toContain('did you mean')
    else expect(body).toContain(`did you mean ${nearest}?`)
  })

  test('and where the credentials are to who sends none', async () => {
    const named = async (path: string) => (await mock.inject(path)).headers['x-mock-credentials']
    expect(await named('/pets')).toBe('/__mock/credentials')
    mock.createSession({ id: 't1' })
    expect(await named('/~t1/pets')).toBe('/~t1/__mock/credentials')
  })
})

test('serve tells where each API and its docs are', async () => {
  const serve = await started('serve', 'polis', 'digitalchalk', '--port', '0')
  const { stdout } = await serve.end()
  expect(stdout).toContain(`    polis         ${serve.url}  docs: ${serve.url}/docs/polis\n`)
  expect(stdout).toContain(`${serve.url}/docs/digitalchalk\n`)
})

describe('env', () => {
  test('asks the mock that runs at --base-url', async () => {
    const { stdout, code } = await runHere('env', '--base-url', mock.url)
    expect({ stdout, code }).toEqual({ stdout: `PETS_BASE_URL=${mock.url}\nPETS_KEEPER_TOKEN=keeper\n`, code: 0 })
  })

  test('prints some APIs only, and says which there are', async () => {
    const { stdout } = await runHere('env', 'polis')
    expect(stdout).toMatch(/^POLIS_BASE_URL=http:\/\/127\.0\.0\.1:4010\n(?:POLIS_.*\n)+$/)
    const unknown = await runHere('env', 'birds', '--base-url', mock.url)
    expect(unknown).toMatchObject({ code: 2, stderr: 'understudy: there is no API "birds"; known: pets\n' })
    expect(await runHere('env', '--base-url', 'http://127.0.0.1:1')).toMatchObject({ code: 3 })
  })
})
