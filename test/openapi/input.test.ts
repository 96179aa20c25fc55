import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchRemote, openApis } from '../../src/openapi/fetch-remote.ts'
import type { Understudy } from '../../src/library/in-process.ts'
import { createUnderstudy } from '../../src/understudy.ts'
import { runHere } from '../support/cli.ts'

const pets = `
openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets:
    get: { operationId: listPets, responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: 'pet.yaml' } } } } } } }
  /pets/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getPet, responses: { '200': { description: ok, content: { application/json: { schema: { $ref: 'pet.yaml' } } } }, '404': { description: none } } }
`
const pet = 'type: object\nrequired: [id]\nproperties: { id: { type: string }, name: { type: string, example: Rex } }\n'
const whole = pets.replaceAll("'pet.yaml'", "'#/components/schemas/Pet'").concat(
  'components: { schemas: { Pet: { type: object, required: [id], properties: { id: { type: string } } } } }\n',
)

let folder = ''
let file = ''
let mock: Understudy
let remote: Server
let origin = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-input-'))
  mkdirSync(join(folder, 'several'))
  file = join(folder, 'pets.yaml')
  writeFileSync(file, pets)
  writeFileSync(join(folder, 'pet.yaml'), pet)
  writeFileSync(join(folder, 'several', 'a.yaml'), whole)
  writeFileSync(join(folder, 'several', 'b.json'), '{"swagger":"2.0","info":{"title":"b","version":"1"},"paths":{"/b":{"get":{"operationId":"b","responses":{"200":{"description":"ok"}}}}}}')
  mock = await createUnderstudy({ apis: [file] })
  remote = createServer(({ url = '' }, response) => {
    const texts: Readonly<Record<string, string>> = { '/api/pets.yaml': pets, '/api/pet.yaml': pet }
    const text = texts[url]
    if (url === '/api/silent.yaml') return
    response.writeHead(text === undefined ? 404 : 200).end(text)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => remote.once('listening', resolve))
  origin = `http://127.0.0.1:${(remote.address() as AddressInfo).port}/api`
})

afterAll(async () => {
  remote.closeAllConnections()
  remote.close()
  await mock.close()
})

describe('every command takes the path of a document in place of the name of an API', () => {
  test.each([
    ['list', (): string[] => ['list', file], 'getPet'],
    ['env', (): string[] => ['env', file], 'PETS_BASE_URL='],
    ['conform', (): string[] => ['conform', file, '--base-url', mock.url], '0 failures'],
    ['pact generate', (): string[] => ['pact', 'generate', file, '--out', join(folder, 'contracts')], 'pets.pact.json'],
    ['coverage', (): string[] => ['coverage', file, '--base-url', mock.url], 'getPet'],
    ['types', (): string[] => ['types', file, '--out', join(folder, 'pets.d.ts')], ''],
    ['target', (): string[] => ['target', file], 'getPet'],
    ['prove', (): string[] => ['prove', file, '--max', '1'], 'seeded defects found'],
  ])('%s', async (_command, args, text) => {
    const { code, stdout, stderr } = await runHere(...args())
    expect([code, stderr.replaceAll(/^(?:pets: )?\d+ of .*\n/gm, '')]).toEqual([0, ''])
    expect(stdout).toContain(text)
  })
})

describe('documents are found', () => {
  const operations = async (...args: string[]): Promise<unknown[]> => {
    const { code, stdout } = await runHere('list', '--json', ...args)
    expect(code).toBe(0)
    return (JSON.parse(stdout) as { api: string; operationId: string }[]).map(({ api, operationId }) => `${api} ${operationId}`)
  }
  const several = ['a listPets', 'a getPet', 'b b']

  test('in a folder, by --openapi or in place of a name', async () => {
    expect(await operations('--openapi', join(folder, 'several'))).toEqual(several)
    expect(await operations(join(folder, 'several'))).toEqual(several)
  })
  test('one by one, and told apart where they have one name', async () => {
    expect(await operations(file, join(folder, 'several', 'b.json'))).toEqual(['pets listPets', 'pets getPet', 'b b'])
    writeFileSync(join(folder, 'b.json'), readFileSync(join(folder, 'several', 'b.json')))
    expect(await operations(join(folder, 'b.json'), join(folder, 'several', 'b.json'))).toEqual(['b b', 'b-2 b'])
  })
  test('by their name in the folder of --openapi, or as its one file', async () => {
    expect(await operations('b', '--openapi', join(folder, 'several'))).toEqual(['b b'])
    expect(await operations('--openapi', file)).toEqual(['pets listPets', 'pets getPet'])
  })
  test.each([
    ['no-such', 'there is no API "no-such"; known: a, b'],
    ['no/such.yaml', 'no/such.yaml: there is no such file'],
    ['no/such', 'no/such: there is no such folder of specs'],
  ])('or not: %s', async (name, message) => {
    const { code, stderr } = await runHere('list', name, '--openapi', join(folder, 'several'))
    expect([code, stderr]).toEqual([2, `understudy: ${message}\n`])
  })
})

test.each([['list'], ['env'], ['prove', '--max', '1']])('standard input is a document: %s -', (command, ...more) => {
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
  const input = whole.replace('Pets', command)
  const stdout = execFileSync(process.execPath, [cli, command, '-', ...more], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] })
  expect(stdout).toMatch(/stdin/i)
})

describe('a document on the network', () => {
  test('is read only with --allow-remote', async () => {
    const { code, stderr } = await runHere('list', `${origin}/pets.yaml`)
    expect([code, stderr]).toEqual([
      2,
      `understudy: ${origin}/pets.yaml: is on the network, which is only read with --allow-remote\n`,
    ])
  })
  test.each([
    ['in place of a name', (): string[] => [`${origin}/pets.yaml`]],
    ['by --openapi', (): string[] => ['--openapi', `${origin}/pets.yaml`]],
  ])('is read with what it refers to: %s', async (_name, args) => {
    const { code, stdout } = await runHere('list', '--allow-remote', '--notes', ...args())
    expect([code, stdout]).toEqual([0, 'Nothing had to be set aside.\n'])
  })
  test('may be referred to from a file, and is noted where that is not allowed', async () => {
    const path = join(folder, 'remote.yaml')
    writeFileSync(path, pets.replaceAll('pet.yaml', `${origin}/pet.yaml`))
    const [allowed] = await openApis('', [path], { allowRemote: true })
    expect(allowed?.notes).toEqual([])
    expect(allowed?.operations[1]?.responses['200']?.content['application/json']?.validate({})).toHaveLength(1)
    const [refused] = await openApis('', [path])
    expect(refused?.notes[0]?.what).toBe(
      `$ref "${origin}/pet.yaml" is on the network, which is only read with --allow-remote`,
    )
  })
  test.each([
    ['gone.yaml', {}, 'can not be fetched: 404'],
    ['pets.yaml', { bytes: 20 }, 'is larger than 20 bytes'],
    ['silent.yaml', { timeoutMs: 50 }, 'can not be fetched: no answer within 0.05 s'],
  ])('that is out of bounds is named: %s', async (name, limits, problem) => {
    const url = `${origin}/${name}`
    const all = { timeoutMs: 5000, bytes: 1e6, files: 10, ...limits }
    const found = await fetchRemote('', [url], { allowRemote: true }, all).catch((error: unknown) => error)
    expect(found instanceof Error ? found.message : found).toBe(`${url}: ${problem}`)
  })
  test('refers to so many files at most', async () => {
    const limits = { timeoutMs: 5000, bytes: 1e6, files: 1 }
    await expect(fetchRemote('', [`${origin}/pets.yaml`], { allowRemote: true }, limits)).rejects.toThrow(
      'is one of more than 1 files on the network',
    )
  })
})

describe('an overlay is laid over a document', () => {
  const overlay = (title: string): string =>
    `overlay: 1.0.0\ninfo: { title: o, version: '1' }\nactions: [{ target: $.info, update: { title: ${title} } }, { target: '$.paths["/nothing"]', update: {} }]\n`

  test('that lies beside it, and then those that are named', async () => {
    const path = join(folder, 'laid.yaml')
    writeFileSync(path, whole)
    writeFileSync(join(folder, 'laid.overlay.yaml'), overlay('Beside'))
    const [beside] = await openApis('', [path])
    expect(beside?.title).toBe('Beside')
    expect(beside?.notes.map(({ what }) => what)).toEqual(['the target $.paths["/nothing"] is nowhere in the document'])
    writeFileSync(join(folder, 'named.yaml'), overlay('Named'))
    const [named] = await openApis('', [path], { overlay: [join(folder, 'named.yaml')] })
    expect(named?.title).toBe('Named')
    const { code, stdout } = await runHere('list', path, '--notes', '--overlay', join(folder, 'named.yaml'))
    expect([code, stdout.split('\n').length]).toEqual([0, 3])
  })
  test('and is one', async () => {
    const { code, stderr } = await runHere('list', file, '--overlay', file)
    expect([code, stderr]).toEqual([
      2,
      `understudy: ${file}: is not an OpenAPI Overlay of version 1.0 or 1.1 (overlay: 1.0.0)\n`,
    ])
  })
})

test('a proxy takes the path of a document', async () => {
  const { code, stderr } = await runHere('proxy', join(folder, 'none.yaml'), '--upstream', mock.url)
  expect([code, stderr]).toEqual([2, `understudy: ${join(folder, 'none.yaml')}: there is no such file\n`])
})

test('the webhooks of a document are listed, and not served', async () => {
  const path = join(folder, 'hooks.yaml')
  writeFileSync(path, `openapi: 3.1.0\ninfo: { title: t, version: '1' }\nwebhooks: { newPet: { post: { responses: { '204': { description: taken } } } } }\n`)
  const { code, stdout } = await runHere('list', path, '--json')
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    [{ api: 'hooks', operationId: 'newPet', method: 'POST', path: 'newPet', documented: ['204'], inferred: [], handler: 'webhook' }],
  ])
})
