import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createUnderstudy } from '../../src/index.ts'
import { killAll, runHere, started } from '../support/cli.ts'
import { keeper, petsFolders } from '../support/pets.ts'

const folder = mkdtempSync(join(tmpdir(), 'understudy-unwritable-'))
const { openapi, fixtures } = petsFolders()

afterEach(killAll)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pact = (name: string): string => join(import.meta.dirname, '../pact/pacts', `${name}.json`)

test.each([
  ['no difference', 'polis-kept', 2],
  ['differences', 'polis-broken', 1],
])('a report that can not be written takes neither the other nor the verdict of %s', async (_, name, code) => {
  const junit = join(folder, `${name}.xml`)
  const ended = await runHere('pact', 'check', pact(name), '--json', '/dev/full', '--junit', junit)
  expect(ended).toMatchObject({
    code,
    stdout: expect.stringMatching(/ errors, \d+ warnings\n$/) as unknown,
    stderr: 'understudy: /dev/full: cannot be written (ENOSPC): the disk is full\n',
  })
  expect(readFileSync(junit, 'utf8')).toContain('<testsuite ')
})

test('serve says in one line that its snapshot could not be written', async () => {
  const home = join(folder, 'home')
  mkdirSync(home)
  const file = join(home, 'world.json')
  const mock = await started('serve', 'pets', '--openapi', openapi, '--port', '0', '--snapshot', file)
  rmSync(home, { recursive: true })
  expect(await mock.end()).toMatchObject({
    code: 2,
    stderr: `understudy: ${file}: cannot be written (ENOENT): there is no such folder\n`,
  })
})

test('a proxy that can not record still sums up', async () => {
  const mock = await createUnderstudy({ openapi, fixtures })
  const json = join(folder, 'proxy.json')
  const record = join(folder, 'recorded')
  const options = ['--upstream', mock.url, '--openapi', openapi, '--port', '0', '--record', record, '--json', json]
  const proxy = await started('proxy', 'pets', ...options)
  await fetch(`${proxy.url}/pets`, { headers: keeper })
  rmSync(record, { recursive: true, force: true })
  writeFileSync(record, 'in the way')
  expect(await proxy.end()).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('1 requests, 0 without an answer') as unknown,
    stderr: `understudy: ${record}/pets: cannot be made a folder (ENOTDIR): a part of its path is no folder\n`,
  })
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ requests: 1 })
  await mock.close()
})

test('two mocks with one snapshot file lose nothing: the second to end says where its rows are', async () => {
  const file = join(folder, 'shared.json')
  const serve = ['serve', 'pets', '--openapi', openapi, '--fixtures', fixtures, '--port', '0', '--snapshot', file]
  const [first, second] = [await started(...serve), await started(...serve)]
  await fetch(`${second.url}/pets`, {
    method: 'POST',
    headers: { ...keeper, 'content-type': 'application/json' },
    body: '{"name":"Second","kind":"dog"}',
  })
  expect(await first.end()).toMatchObject({ code: 0, stderr: '' })
  const { code, stderr } = await second.end()
  expect(code).toBe(2)
  const [, beside = ''] = /written by another mock in the meantime .* are in (\S+)\n$/.exec(stderr) ?? []
  expect(readFileSync(beside, 'utf8')).toContain('Second')
  expect(readFileSync(file, 'utf8')).not.toContain('Second')
})
