import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { createDocumentCache } from '../../../src/openapi/cache/document-cache.ts'
import { runIn } from '../../support/cli.ts'

let folder = ''
let home = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-cache-'))
  home = join(folder, 'home')
  mkdirSync(home)
  writeFileSync(join(folder, 'api.yaml'), document(2))
  writeFileSync(join(folder, 'thing.yaml'), thing('name'))
})

/** With a slip in each operation, so that there are notes to be kept. */
function document(paths: number): string {
  const items = Array.from(
    { length: paths },
    (_, index) => `
  /things-${index}/{id}:
    get:
      summary: ${'s'.repeat(200)}
      parameters: [{ name: id, in: path, required: true, schema: { type: string, format: odd-${index % 5} } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: thing.yaml } } } } }`,
  )
  return `openapi: 3.0.3\ninfo: { title: t, version: '1' }\npaths:${items.join('')}\n`
}

const thing = (property: string): string =>
  `{ type: object, required: [id, ${property}], properties: { id: { type: string }, ${property}: { type: string, nullable: true } } }`

interface Shown {
  readonly operations: string
  readonly notes: string
}

async function shown(env: Record<string, string> = {}): Promise<Shown> {
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runIn(
      { XDG_CACHE_HOME: home, ...env },
      'list',
      join(folder, 'api.yaml'),
      '--json',
      ...args,
    )
    expect([code, stderr]).toEqual([0, ''])
    return stdout
  }
  return { operations: await run(), notes: await run('--notes') }
}

function kept(): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
}

describe('a document that was opened before', () => {
  test('is the same from the cache, its notes included', async () => {
    const plain = await shown({ UNDERSTUDY_NO_CACHE: '1' })
    expect(kept()).toEqual([])
    expect(JSON.parse(plain.notes)).not.toEqual([])
    expect(await shown()).toEqual(plain)
    expect(kept()).toHaveLength(1)
    expect(await shown()).toEqual(plain)
    expect(kept()).toHaveLength(1)
  })

  test('is opened anew when a file that it refers to has changed', async () => {
    await shown()
    writeFileSync(join(folder, 'thing.yaml'), '{ type: object')
    expect((await shown()).notes).toContain('thing.yaml')
  })

  test('is opened anew when what was kept is cut off', async () => {
    const before = await shown()
    const [name = ''] = kept()
    truncateSync(join(home, name), 1000)
    expect(await shown()).toEqual(before)
    expect(readFileSync(join(home, name)).length).toBeGreaterThan(1000)
  })

  test('loads all the same where nothing can be kept', async () => {
    writeFileSync(join(folder, 'file'), '')
    const { operations } = await shown({ XDG_CACHE_HOME: join(folder, 'file', 'below') })
    expect(JSON.parse(operations)).toHaveLength(2)
  })
})

test('a large document is opened in a thread, and kept', async () => {
  writeFileSync(join(folder, 'api.yaml'), document(1100))
  const plain = await shown({ UNDERSTUDY_NO_CACHE: '1' })
  expect(JSON.parse(plain.operations)).toHaveLength(1100)
  expect(await shown()).toEqual(plain)
  expect(kept()).toHaveLength(1)
})

/** Returns when the clock of the file system has moved on: what is written next is later than what was. */
function passMoment(): void {
  const probe = join(folder, 'probe')
  const changed = (): number => {
    writeFileSync(probe, '')
    return statSync(probe).ctimeMs
  }
  for (const before = changed(); changed() <= before; );
}

test('what was used last stays when there is too much, be it by writing or by reading', () => {
  const cache = createDocumentCache(join(home, 'small'), 'build', { files: 3, bytes: 100 })
  const stored = Buffer.from('{"bodyBytes":0}\n')
  for (const key of ['a', 'b', 'c']) {
    cache.write(key, stored)
    passMoment()
  }
  expect(cache.read('a')).toBeDefined()
  passMoment()
  cache.write('d', stored)
  expect(kept().toSorted()).toEqual(['a', 'c', 'd'].map((key) => join('small', `${key}.json`)))
  passMoment()
  cache.write('e', Buffer.alloc(90))
  expect(kept()).toEqual([join('small', 'e.json')])
})
