import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CoverageReport, createUnderstudy, type Understudy } from '../../src/index.ts'
import { run, runHere } from '../support/cli.ts'
import { keeper, petsFolders } from '../support/pets.ts'

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy(petsFolders())
})

beforeEach(async () => {
  await fetch(`${mock.url}/__mock/coverage`, { method: 'DELETE' })
  await fetch(`${mock.url}/pets?limit=5`, { headers: keeper })
})

afterAll(() => mock.close())

describe('understudy coverage', () => {
  test('prints a table, and is content without a minimum', async () => {
    const { code, stdout, stderr } = await run('coverage', '--base-url', mock.url)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('pets  listPets   1         3/11     400, 401,')
    expect(stdout).toContain(`${mock.coverage().percent.toFixed(1)} % of all operations`)
  })

  test('prints JSON', async () => {
    const { stdout } = await runHere('coverage', '--base-url', `${mock.url}/`, '--api', 'pets', '--json')
    expect(JSON.parse(stdout) as CoverageReport).toEqual(mock.coverage())
  })

  test.each([
    [1, 0, ''],
    [80, 1, ' % is less than 80 %\n'],
  ])('is a gate: a minimum of %i ends with %i', async (min, code, message) => {
    const ended = await runHere('coverage', '--base-url', mock.url, '--min', String(min))
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(message)
  })

  test.each([
    ['a base URL that is none', ['--base-url', 'staging'], 2, '--base-url: is not a URL: "staging"'],
    [
      'a minimum that is no percentage',
      ['--base-url', 'http://127.0.0.1:1', '--min', '101'],
      2,
      'It must be a percentage from 0 to 100.',
    ],
    ['nobody there', ['--base-url', 'http://127.0.0.1:1'], 3, "can't be reached"],
  ])('ends with the code of product and README for %s', async (_, args, code, message) => {
    const ended = await runHere('coverage', ...args)
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(message)
  })

  test('says when the server is no mock, or serves no such API', async () => {
    expect(await runHere('coverage', '--base-url', `${mock.url}/pets`)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('not as the control plane of a mock does') as string,
    })
    expect(await runHere('coverage', '--base-url', mock.url, '--api', 'plants')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('serves no API "plants"') as string,
    })
  })
})
