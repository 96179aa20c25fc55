import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { documentedPost } from '../apis/polis-client.ts'
import { killAll, run, started } from '../support/cli.ts'

afterEach(killAll)

const headers = { authorization: 'Bearer polis-user-a', 'content-type': 'application/json' }

test('serve --snapshot goes on where it was ended, and refuses a file that does not fit', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-serve-')), 'world.json')
  const first = await started('serve', 'polis', '--port', '0', '--snapshot', file)
  const made = await fetch(`${first.url}/v2/interactions`, { method: 'POST', headers, body: documentedPost })
  const location = String(made.headers.get('location'))
  expect(await first.end()).toMatchObject({ code: 0, stderr: '' })

  const second = await started('serve', 'polis', '--port', '0', '--snapshot', file, '--now', '2030-01-01T00:00:00Z')
  expect((await fetch(second.url + location, { headers })).status).toBe(200)
  expect(await (await fetch(`${second.url}/__mock/clock`)).json()).toEqual({
    now: '2030-01-01T00:00:00.000Z',
    mode: 'frozen',
  })
  await second.end()

  const content = JSON.parse(readFileSync(file, 'utf8')) as {
    rows: { polis: { interactions: { customerId: unknown }[] } }
  }
  Object.assign(content.rows.polis.interactions[2] ?? {}, { customerId: 5 })
  writeFileSync(file, JSON.stringify(content))
  const refused = await run('serve', 'polis', '--port', '0', '--snapshot', file)
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain(`${file}#/rows/polis/interactions/2/customerId: must be string`)
}, 60_000)

test('serve takes its limits as flags', async () => {
  const mock = await started(
    'serve',
    'polis',
    '--port',
    '0',
    '--max-sessions',
    '2',
    '--session-minutes',
    '5',
    '--journal-entries',
    '1',
    '--journal-bytes',
    '100000',
  )
  const create = async (): Promise<number> => (await fetch(`${mock.url}/__mock/sessions`, { method: 'POST' })).status
  expect([await create(), await create()]).toEqual([201, 409])
  for (let n = 0; n < 3; n++) await fetch(`${mock.url}/v2/nothing`)
  expect(await (await fetch(`${mock.url}/__mock/requests`)).json()).toMatchObject({ total: 1, evicted: 2 })
  await mock.end()
}, 60_000)
