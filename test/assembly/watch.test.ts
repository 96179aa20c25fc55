import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Understudy } from '../../src/index.ts'
import { type Reloaded, watchUnderstudy } from '../../src/assembly/watch.ts'
import { killAll, started } from '../support/cli.ts'
import { folderWith, keeper, pets, petsFolders, petsSpec } from '../support/pets.ts'

const folders = petsFolders()
const spec = join(folders.openapi, 'pets.yaml')
const fixture = join(folders.fixtures, 'pets', 'pets.json')

const told: Reloaded[] = []
let wake: (() => void) | undefined
let mock: Understudy

/** What the mock tells of the next change that is made. */
async function after(change: () => void): Promise<Reloaded> {
  change()
  while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve))
  return told.shift() as Reloaded
}

/** As editors save: beside the file, then in its place. */
function save(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text)
  renameSync(`${file}.tmp`, file)
}

beforeAll(async () => {
  mock = await watchUnderstudy(folders, (reloaded) => {
    told.push(reloaded)
    wake?.()
  })
})
beforeEach(() => mock.reset())
afterAll(async () => {
  killAll()
  await mock.close()
})

const list = async (base = mock.url): Promise<{ id: string; name: string }[]> => {
  const answer = await fetch(`${base}/pets`, { headers: keeper })
  return ((await answer.json()) as { items: { id: string; name: string }[] }).items
}
const create = (name: string, base = mock.url): Promise<Response> =>
  fetch(`${base}/pets`, {
    method: 'POST',
    headers: { ...keeper, 'content-type': 'application/json' },
    body: JSON.stringify({ name, kind: 'dog' }),
  })

describe('a mock that watches its files', () => {
  test('follows an edited spec and keeps rows, sessions, clocks and faults; what no longer fits is named', async () => {
    const session = mock.createSession({ id: 't1', now: '2030-01-01T00:00:00Z' })
    await create('Bo', session.url)
    await create('Bartholomew', session.url)
    session.fault({ kind: 'status', status: 503, operationId: 'getPet' })
    const reloaded = await after(() => save(spec, petsSpec.replaceAll('maxLength: 40', 'maxLength: 8')))
    expect(reloaded).toMatchObject({
      kind: 'served',
      files: [expect.stringMatching(/pets\.yaml$/)],
      dropped: [
        { api: 'pets', collection: 'pets', message: expect.stringContaining('/name must NOT have more than 8') },
      ],
    })
    expect((await list(session.url)).map(({ name }) => name)).toEqual(['Mia', 'Rex', 'Ada', 'Bo'])
    expect(await list()).toHaveLength(pets.length)
    expect((await create('Bartholomew')).status).toBe(400)
    const clock = await fetch(`${session.url}/__mock/clock`)
    expect(await clock.json()).toEqual({ now: '2030-01-01T00:00:00.000Z', mode: 'frozen' })
    expect((await fetch(`${session.url}/pets/${pets[0]?.id}`, { headers: keeper })).status).toBe(503)
    await fetch(`${session.url}/__mock/reset`, { method: 'POST' })
    expect(await list(session.url)).toHaveLength(pets.length)
    session.close()
  })

  test('follows its fixtures where a session has not changed a row itself', async () => {
    const [mia, rex] = pets as [(typeof pets)[0], (typeof pets)[0]]
    await fetch(`${mock.url}/pets/${rex.id}`, {
      method: 'PATCH',
      headers: { ...keeper, 'content-type': 'application/json' },
      body: '{"name":"Bello"}',
    })
    const zoe = { ...mia, id: 'a3f1c2d4-0000-4000-8000-000000000009', name: 'Zoe' }
    const rows = [{ ...mia, name: 'Mimi' }, { ...rex, name: 'Rexi' }, zoe]
    expect(await after(() => save(fixture, JSON.stringify(rows)))).toMatchObject({ kind: 'served', dropped: [] })
    expect((await list()).map(({ name }) => name)).toEqual(['Mimi', 'Bello', 'Zoe'])
  })

  test('serves what it served before while a file is wrong or gone', async () => {
    const before = await list()
    expect(await after(() => save(spec, 'openapi: 3.1.0\npaths: ['))).toMatchObject({
      kind: 'refused',
      error: { code: 'SPEC_UNREADABLE' },
    })
    expect(await list()).toEqual(before)
    expect(await after(() => rmSync(spec))).toMatchObject({ kind: 'refused' })
    expect(await list()).toEqual(before)
    expect(await after(() => save(spec, petsSpec))).toMatchObject({ kind: 'served' })
    expect((await create('Bartholomew')).status).toBe(201)
  })

  test('tells the pages of its docs', async () => {
    expect(await (await fetch(`${mock.url}/docs/_assets/docs.js`)).text()).toContain("import './reload.js'")
    const events = await fetch(`${mock.url}/docs/_reload`)
    const generations: string[] = []
    const changed = after(() => save(spec, petsSpec.replace('A shelter.', 'A home.')))
    for await (const chunk of events.body ?? []) {
      generations.push(
        ...(Buffer.from(chunk as Uint8Array)
          .toString()
          .match(/\d+(?=\n\n)/g) ?? []),
      )
      if (generations.length > 1) break
    }
    await changed
    expect(Number(generations[1])).toBe(Number(generations[0]) + 1)
    expect(await (await fetch(`${mock.url}/docs/pets`)).text()).toContain('A home.')
  })
})

test('serve --watch says what it read anew', async () => {
  const { openapi, fixtures } = petsFolders()
  const serve = await started('serve', '--watch', '--port', '0', '--openapi', openapi, '--fixtures', fixtures)
  const events = await fetch(`${serve.url}/docs/_reload`)
  const reader = (events.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  save(
    join(openapi, 'pets.yaml'),
    readFileSync(join(openapi, 'pets.yaml'), 'utf8').replace('minLength: 1', 'minLength: 4'),
  )
  await reader.read()
  await reader.cancel()
  const { stdout, code } = await serve.end()
  expect(stdout).toMatch(/Reloaded .*pets\.yaml\n/)
  expect(code).toBe(0)
})

test('rules that were edited answer at once, and those that throw leave the ones before', async () => {
  const answering = (total: number): string =>
    `export default { listPets: () => ({ status: 200, body: { items: [], total: ${total} } }) }`
  const rulesFolder = folderWith({ 'pets.js': answering(1) })
  const file = join(rulesFolder, 'pets.js')
  const seen: Reloaded[] = []
  let told: () => void = () => undefined
  const own = await watchUnderstudy({ ...petsFolders(), rulesFolder }, (reloaded) => {
    seen.push(reloaded)
    told()
  })
  const saved = async (code: string): Promise<Reloaded | undefined> => {
    const next = new Promise<void>((resolve) => (told = resolve))
    save(file, code)
    await next
    return seen.at(-1)
  }
  const total = async (): Promise<unknown> =>
    ((await (await fetch(`${own.url}/pets`, { headers: keeper })).json()) as { total: unknown }).total
  expect(await total()).toBe(1)
  expect(await saved(answering(2))).toMatchObject({ kind: 'served', files: [expect.stringMatching(/pets\.js$/)] })
  expect(await total()).toBe(2)
  const broken = await saved('throw new Error("half an edit")')
  expect(broken).toMatchObject({ kind: 'refused', error: { message: expect.stringContaining('half an edit') } })
  expect(await total()).toBe(2)
  expect(await saved(answering(3))).toMatchObject({ kind: 'served' })
  expect(await total()).toBe(3)
  await own.close()
})

test('a document that is named by its path, and what it refers to, are followed, and nothing beside them', async () => {
  const folder = folderWith({
    'main.yaml': petsSpec.replace("{ $ref: '#/components/schemas/Kind' }", "{ $ref: './kinds.yaml#/Kind' }"),
    'kinds.yaml': 'Kind: { type: string, enum: [cat, dog] }\n',
    'other.yaml': 'nothing: 1\n',
  })
  const seen: Reloaded[] = []
  let told: () => void = () => undefined
  const again = new Promise<void>((resolve) => (told = resolve))
  const own = await watchUnderstudy({ apis: [join(folder, 'main.yaml')] }, (reloaded) => {
    seen.push(reloaded)
    told()
  })
  save(join(folder, 'other.yaml'), 'nothing: 2\n')
  save(join(folder, 'kinds.yaml'), 'Kind: { type: string, enum: [cat, dog, fish] }\n')
  await again
  await own.close()
  expect(seen).toMatchObject([{ kind: 'served', files: [expect.stringMatching(/kinds\.yaml$/)] }])
})
