import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { killAll, runHere, started } from '../support/cli.ts'
import { folderWith, keeper, petsFolders } from '../support/pets.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let mock: Understudy | undefined
afterEach(async () => {
  await mock?.close()
  mock = undefined
  killAll()
})

const vacant = { status: 200, body: { items: [], total: 0 } }

describe('rules of ones own', () => {
  test.each([
    ['pets.js', `export default { listPets: () => (${JSON.stringify(vacant)}) }`],
    ['pets.mjs', `export const rules = { handlers: { listPets: () => (${JSON.stringify(vacant)}) } }`],
    ['pets.ts', `export function listPets(): unknown { return ${JSON.stringify(vacant)} as unknown }`],
  ])('in %s answer for an operation, and the others answer as before', async (file, code) => {
    mock = await createUnderstudy({ ...petsFolders(), listen: false, rulesFolder: folderWith({ [file]: code }) })
    expect((await mock.inject({ url: '/pets', headers: keeper })).json()).toEqual(vacant.body)
    const one = await mock.inject({ url: '/pets/a3f1c2d4-0000-4000-8000-000000000001', headers: keeper })
    expect(one.json()).toMatchObject({ name: 'Mia' })
  })

  test('see the request and the rows, and refuse as the API does', async () => {
    const code = `export default {
  createPet({ body, state }) {
    const pets = state.collection('pets')
    if ([...pets.all()].some(({ name }) => name === body.name))
      return { kind: 'refusal', by: 'rule', status: 400, message: 'The name is taken.' }
    const pet = pets.put({ id: state.ids.uuid('pet'), ...body, createdAt: state.clock.iso() })
    return { status: 201, body: pet, headers: { location: '/pets/' + pet.id } }
  },
}`
    mock = await createUnderstudy({ ...petsFolders(), listen: false, rulesFolder: folderWith({ 'pets.js': code }) })
    const create = (name: string) =>
      mock?.inject({ method: 'POST', url: '/pets', headers: keeper, payload: { name, kind: 'dog' } })
    expect((await create('Zoe'))?.statusCode).toBe(201)
    const again = await create('Zoe')
    expect(again?.json()).toMatchObject({ status: 400, detail: 'The name is taken.' })
    expect(again?.headers['x-mock-refused-by']).toBe('rule')
    expect(mock.violations()).toEqual([])
  })

  test('that throw or return nothing answer 500 with their file and line, and the process lives', async () => {
    const rules = folderWith({
      'pets.js': `export default {
  listPets() {
    throw new TypeError('no list today')
  },
  getPet: async () => ({ status: 200 }),
}`,
    })
    const { openapi, fixtures } = petsFolders()
    const serve = await started('serve', '--port', '0', '--openapi', openapi, '--fixtures', fixtures, '--rules', rules)
    const answer = await fetch(`${serve.url}/pets`, { headers: keeper })
    expect(answer.status).toBe(500)
    expect(await answer.text()).toMatch(/pets\.js:3:11: no list today/)
    const one = await fetch(`${serve.url}/pets/1`, { headers: keeper })
    expect(await one.text()).toMatch(/pets\.js: getPet must return .* not a promise; handlers are synchronous/)
    const { stderr, code } = await serve.end()
    expect(stderr).toMatch(/^understudy: .*pets\.js:3:11: no list today$/m)
    expect(code).toBe(0)
  })

  test.each([
    [
      { 'pets.js': 'export default { listBirds: () => ({ status: 200 }) }' },
      /pets\.js: has a handler for listBirds, .* it has listPets, /,
    ],
    [
      { 'pets.js': 'export default { listPets: 1 }' },
      /pets\.js: must export an object of functions by operationId: listPets is none$/,
    ],
    [{ 'pets.js': 'export default {' }, /pets\.js(?::\d+)?: cannot be loaded: /],
    [
      { 'birds.js': 'export default {}' },
      /holds rules for no API that is served; they would be in pets\.js \(or \.mjs, \.ts\)$/,
    ],
  ])('that are wrong end the start with one line: %j', async (files, message) => {
    const { openapi, fixtures } = petsFolders()
    const flags = ['--openapi', openapi, '--fixtures', fixtures, '--rules', folderWith(files)]
    const { code, stderr } = await runHere('serve', '--port', '0', ...flags)
    expect(code).toBe(2)
    expect(stderr.trimEnd()).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

test('understudy types gives the types that a rules file needs', async () => {
  const { openapi } = petsFolders()
  const folder = folderWith({
    'pets.ts': `import type { Handlers } from './pets.types.ts'
export default {
  listPets: ({ query, state }) => ({ status: 200, body: { items: [...state.collection('pets').all()].slice(0, query.limit), total: 0 } }),
  createPet: ({ body, state }) => {
    const pet = { id: state.ids.uuid('pet'), createdAt: state.clock.iso(), ...body }
    return { status: 201, body: pet }
  },
} satisfies Handlers
`,
    'wrong.ts': `import type { Handlers } from './pets.types.ts'
export const missing = { listPets: () => ({ status: 200, body: { items: [] } }) } satisfies Handlers
export const unknown = { listPets: ({ query }) => ({ status: 200, body: { items: [], total: query.size } }) } satisfies Handlers
`,
  })
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'understudy'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const file = join(folder, 'pets.types.ts')
  expect(await runHere('types', 'pets', '--openapi', openapi, '--out', file)).toMatchObject({ code: 0, stderr: '' })
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--allowImportingTsExtensions',
    '--skipLibCheck',
    '--types',
    '',
  ]
  const check = (name: string) =>
    promisify(execFile)(join(root, 'node_modules', '.bin', 'tsc'), [...flags, join(folder, name)], {
      cwd: folder,
    }).then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    )
  expect(await check('pets.ts')).toBe('')
  const errors = await check('wrong.ts')
  expect(errors).toContain("Property 'total' is missing")
  expect(errors).toContain("Property 'size' does not exist")
})

test('--delay makes every answer of an API take its time, the same for the same seed', async () => {
  const answered: number[] = []
  mock = await createUnderstudy({
    ...petsFolders(),
    delayMs: { min: 30, max: 60 },
    onRequest: ({ path, durationMs }) => void (path === '/pets' && answered.push(durationMs)),
  })
  for (let count = 0; count < 3; count++) await fetch(`${mock.url}/pets`, { headers: keeper })
  await fetch(`${mock.url}/__mock/health`)
  await mock.close()
  expect(answered).toHaveLength(3)
  for (const ms of answered) expect(ms).toBeGreaterThanOrEqual(29)
  for (const wrong of ['fast', '800..200', '-1'])
    expect(await runHere('serve', '--port', '0', `--delay=${wrong}`)).toMatchObject({ code: 2 })
})
