import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportJson } from '../../src/conform/report/json.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { alteringServer, inJson } from '../pact/altering-server.ts'
import { run, runHere, type Ended } from '../support/cli.ts'

const conform = (...args: string[]): Promise<Ended> => run('conform', ...args)
const conformHere = (...args: string[]): Promise<Ended> => runHere('conform', ...args)

let mock: Understudy
let faulty: Awaited<ReturnType<typeof alteringServer>>
const folder = mkdtempSync(join(tmpdir(), 'understudy-reports-'))
const file = (name: string): string => join(folder, name)

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['digitalchalk'], seed: 5 })
  faulty = await alteringServer(mock.url, (answer, { method }) => {
    if (method === 'POST' && answer.status === 201) delete answer.headers['location']
    if (answer.status === 400) inJson(answer, (body) => delete body['errors'])
  })
})

afterAll(async () => {
  await faulty.close()
  await mock.close()
})

describe('conform', () => {
  test('writes what it found as JUnit, JSON and HTML', async () => {
    const { code, stdout } = await conform(
      'digitalchalk',
      '--base-url',
      faulty.url,
      '--random',
      '0',
      '--junit',
      file('a.xml'),
      '--json',
      file('a.json'),
      '--html',
      file('a.html'),
    )
    expect(code).toBe(1)
    expect(stdout).toContain('header-missing createRegistration: 201 lacks the header location')
    const report = JSON.parse(readFileSync(file('a.json'), 'utf8')) as ReportJson
    expect(report).toMatchObject({ format: 'understudy-conform/1', exitCode: 1, apis: ['digitalchalk'] })
    expect(readFileSync(file('a.xml'), 'utf8')).toContain(`<testsuites tests="${report.totals.cases}"`)
    expect(readFileSync(file('a.html'), 'utf8')).toContain('201 lacks the header location')
  })

  test('says where it cannot write', async () => {
    const { code, stderr } = await conformHere(
      'digitalchalk',
      '--base-url',
      mock.url,
      '--max-cases',
      '1',
      '--html',
      file('no/such/folder.html'),
    )
    expect(code).toBe(2)
    expect(stderr).toContain('folder.html: cannot be written (ENOENT)')
  })
})

describe('conform --against-mock', () => {
  test('finds nothing in another mock, exit code 0', async () => {
    const { code, stdout } = await conform(
      'digitalchalk',
      '--base-url',
      mock.url,
      '--against-mock',
      '--steps',
      '40',
      '--seed',
      '3',
    )
    expect(stdout).toContain('0 failures, 0 assumptions not shared, 0 flaky, 0 silenced, 0 cases not reached')
    expect(code).toBe(0)
  })

  test('reports a difference like a finding, with a script, exit code 1', async () => {
    const { code, stdout } = await conform(
      'digitalchalk',
      '--base-url',
      faulty.url,
      '--against-mock',
      '--steps',
      '40',
      '--json',
      file('b.json'),
      '--html',
      file('b.html'),
    )
    expect(code).toBe(1)
    expect(stdout).toContain('differs-from-mock createRegistration: 201: the header location is missing')
    const report = JSON.parse(readFileSync(file('b.json'), 'utf8')) as ReportJson
    expect(report.failures.map(({ check }) => check)).toContain('differs-from-mock')
    expect(report.failures[0]?.script).toContain('# 1 while the difference is there')
    expect(readFileSync(file('b.html'), 'utf8')).toContain('Shell script that exits 1 while it is there')
  })

  test.each([
    [['--steps', '5'], 2, '--steps: needs --against-mock'],
    [['--against-mock', '--only', 'echo'], 2, '--only: cannot be used with --against-mock'],
    [['--against-mock', '--max-cases', '5'], 2, '--max-cases: cannot be used with --against-mock'],
  ])('with %j ends with %i', async (args, code, message) => {
    const end = await conformHere('digitalchalk', '--base-url', mock.url, ...args)
    expect(end.code).toBe(code)
    expect(end.stderr).toContain(message)
  })

  test('ends with 3 when nobody is there', async () => {
    const end = await conformHere(
      'digitalchalk',
      '--base-url',
      'http://127.0.0.1:1',
      '--against-mock',
      '--json',
      file('c.json'),
    )
    expect(end).toMatchObject({ code: 3, stdout: '' })
    expect(end.stderr).toContain('does not answer')
    expect(existsSync(file('c.json'))).toBe(false)
  })
})

describe('conform --case', () => {
  const base = ['digitalchalk', '--random', '0']
  const ID = 'digitalchalk/createRegistration: body.userId is null'

  test('plays one case again: exit code 0 while it passes', async () => {
    const { code, stdout } = await conformHere(...base, '--base-url', mock.url, '--case', ID)
    expect([code, stdout]).toEqual([0, expect.stringContaining('keeps what is documented: 1 cases')])
  })

  test('exits with 1 while it fails, and shows every request', async () => {
    const wrong = await alteringServer(mock.url, (answer, { method }) => {
      if (method === 'POST' && answer.status === 400) answer.status = 500
    })
    const { code, stdout } = await conformHere(...base, '--base-url', wrong.url, '--case', ID)
    await wrong.close()
    expect(code).toBe(1)
    expect(stdout).toContain(`--random 0 --case '${ID}'`)
    expect(stdout).toContain('curl -sS -i')
  })

  test('names the nearest ids where there is no such case, exit code 2', async () => {
    const { code, stderr } = await conformHere(
      ...base,
      '--base-url',
      mock.url,
      '--case',
      ID.replace('userId', 'userID'),
    )
    expect(code).toBe(2)
    expect(stderr).toContain('there is no case')
    expect(stderr).toContain(ID)
  })
})

test('conform writes every report, although one cannot be written', async () => {
  const files = ['c.md', 'c.sarif', 'c.ctrf.json', 'c.har'].map(file)
  const [summary = '', sarif = '', ctrf = '', har = ''] = files
  const { code } = await conformHere(
    'digitalchalk',
    '--base-url',
    mock.url,
    '--max-cases',
    '3',
    '--quiet',
    '--junit',
    file('no/such/folder.xml'),
    '--summary',
    summary,
    '--sarif',
    sarif,
    '--ctrf',
    ctrf,
    '--har',
    har,
  )
  expect(code).toBe(2)
  expect(files.map((each) => existsSync(each))).toEqual([true, true, true, true])
  const { log } = JSON.parse(readFileSync(har, 'utf8')) as { log: { entries: { request: { url: string } }[] } }
  expect(log.entries.length).toBeGreaterThan(3)
  expect(log.entries.every(({ request }) => request.url.startsWith(mock.url))).toBe(true)
})
