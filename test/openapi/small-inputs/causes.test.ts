import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Note } from '../../../src/openapi/note.ts'
import { createUnderstudy } from '../../../src/understudy.ts'
import { killAll, runHere, started } from '../../support/cli.ts'
import { json, ok, openapi } from './small-input.ts'

afterEach(killAll)

const media = '/responses/200/content/application~1json'
const get = (responses: string, rest = ''): string => `{ get: { operationId: a, ${rest} responses: ${responses} } }`

/** What used to end a start, as a document; where the note leads in it, what it says, and what the mock does instead. */
const causes: readonly (readonly [cause: string, document: string, pointer: string, what: string, instead: string])[] = [
  ['a version that there is not', openapi(`{ /a: ${get(ok)} }`, '', '4.0.0'), '/openapi', 'the version 4.0.0 is unknown', 'it is read as 3.2'],
  ['no operationId', openapi(`{ /a: { get: { responses: ${ok} } } }`), '/paths/~1a/get', 'has no operationId', 'it is named by method and path, such as getA'],
  ['an operationId that stands twice', openapi(`{ /a: ${get(ok)}, /b: ${get(ok)} }`), '/paths/~1b/get', 'repeats the operationId a', 'it is called a-2'],
  ['no operations', openapi('{}'), '', 'has no paths', 'there is nothing to serve'],
  ['an unknown format', openapi(`{ /a: ${get(json('{ type: string, format: phone-number }'))} }`), `/paths/~1a/get${media}/schema/format`, 'the format "phone-number" is unknown', 'it is not asserted'],
  ['errors only', openapi(`{ /a: ${get("{ '404': { description: no } }")} }`), '/paths/~1a/get/responses', 'has no response of success', 'it is answered with 200 and no body, and any answer is right'],
  ['no responses', openapi('{ /a: { get: { operationId: a } } }'), '/paths/~1a/get', 'declares no responses', 'it is answered with 200 and no body, and any answer is right'],
  ['no value that fits', openapi(`{ /a: ${get(json("{ type: string, pattern: '^a$', minLength: 5 }"))} }`), `/paths/~1a/get${media}`, 'no value was found that the schema allows: the whole must match pattern "^a$"', 'the nearest value is served, and is no violation'],
  ['a reference to the network', openapi(`{ /a: ${get(json("{ $ref: 'https://example.com/a.yaml' }"))} }`), `/paths/~1a/get${media}/schema`, '$ref "https://example.com/a.yaml" is on the network, which is only read with --allow-remote', 'any value is valid there'],
  ['a reference to a file that is not there', openapi(`{ /a: ${get(json("{ $ref: 'no.yaml' }"))} }`), `/paths/~1a/get${media}/schema`, '$ref "no.yaml" names a file that is not there', 'any value is valid there'],
  ['an unknown keyword', openapi(`{ /a: ${get(json('{ type: string, foo: 1 }'))} }`), `/paths/~1a/get${media}/schema/foo`, '"foo" is not a keyword of a schema', 'it is set aside'],
  ['a pattern that is none', openapi(`{ /a: ${get(json("{ type: string, pattern: '(' }"))} }`), `/paths/~1a/get${media}/schema/pattern`, 'the pattern is not a regular expression of ECMA-262', 'it is set aside'],
  ['nullable in 3.1', openapi(`{ /a: ${get(json('{ type: string, nullable: true }'))} }`, '', '3.1.0'), `/paths/~1a/get${media}/schema/nullable`, 'nullable is not a keyword since OpenAPI 3.1', 'it is set aside; type: [..., "null"] says it'],
  ['a parameter without a schema', openapi(`{ /a: ${get(ok, 'parameters: [{ name: q, in: query }],')} }`), '/paths/~1a/get/parameters/0', 'has no schema', 'any value is valid there'],
  ['mutual TLS', openapi(`{ /a: ${get(ok, 'security: [{ t: [] }],')} }`, 'components: { securitySchemes: { t: { type: mutualTLS } } }'), '/components/securitySchemes/t', 'is mutual TLS', 'it is taken as given'],
  ['recursion without an end', openapi(`{ /a: ${get(json("{ $ref: '#/components/schemas/A' }"))} }`, "components: { schemas: { A: { type: object, required: [a], properties: { a: { $ref: '#/components/schemas/A' } } } } }"), `/paths/~1a/get${media}`, "no value was found that the schema allows: /a must have required property 'a'", 'the nearest value is served, and is no violation'],
  ['one shape twice', openapi(`{ /a: ${get(ok)}, '/a#x': { get: { operationId: b, responses: ${ok} } } }`), '/paths/~1a#x/get', 'is the same request as a', 'a answers it'],
  ['schema: null', openapi(`{ /a: ${get(json('null'))} }`), `/paths/~1a/get${media}/schema`, 'is null where a schema is expected', 'any value is valid there'],
  ['a reference to nothing', openapi(`{ /a: ${get(json("{ $ref: '#/components/schemas/No' }"))} }`), `/paths/~1a/get${media}/schema`, '$ref "#/components/schemas/No" points at nothing', 'any value is valid there'],
  ['an example that breaks its schema', openapi(`{ /a: ${get(json('{ type: integer }', ', example: text'))} }`), `/paths/~1a/get${media}`, 'the example contradicts its schema: the whole must be integer', 'it is served as it is, and is no violation'],
  ['a number beyond 2^53', openapi(`{ /a: ${get(json('{ type: integer }', ', example: 9007199254740993'))} }`), `/paths/~1a/get${media}/example`, 'a whole number is beyond 2^53', 'it is rounded to the nearest number that a double holds'],
]

test.each(causes)('%s: noted with its place, and served', async (_cause, document, pointer, what, instead) => {
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-causes-')), 'api.yaml')
  writeFileSync(file, document)
  const mock = await createUnderstudy({ apis: [file], listen: false })
  try {
    const answer = await mock.inject({ method: 'GET', url: '/a' })
    expect([answer.statusCode, mock.violations()]).toEqual([what === 'has no paths' ? 404 : 200, []])
    const { notes } = (await mock.inject('/__mock/notes')).json<{ notes: Note[] }>()
    expect(notes).toContainEqual(expect.objectContaining({ api: 'api', file, pointer, what, instead }))
    const page = (await mock.inject('/docs/api/notes')).body.replaceAll(/<[^>]*>/g, '').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
    expect(page).toContain(what)
    expect(page).toContain(instead)
    const listed = await runHere('list', '--notes', file)
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining(`${file}#${pointer}: ${what}; instead: ${instead}\n`)])
  } finally {
    await mock.close()
  }
})

test('a path that the mock itself has is noted where it is served', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-causes-')), 'api.yaml')
  writeFileSync(file, openapi(`{ /docs: ${get(ok)}, /__mock/health: { get: { operationId: b, responses: ${ok} } }, '/docs/{x}': { put: { operationId: c, responses: ${ok} } } }`))
  const mock = await createUnderstudy({ apis: [file], listen: false })
  const { notes } = (await mock.inject('/__mock/notes')).json<{ notes: Note[] }>()
  await mock.close()
  expect(notes.filter(({ what }) => what === "has a path of the mock's own").map(({ pointer }) => pointer)).toEqual([
    '/paths/~1docs/get',
    '/paths/~1__mock~1health/get',
  ])
})

test('serve says how many notes there are, and where they are shown', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-causes-')), 'api.yaml')
  writeFileSync(file, openapi('{ /a: { get: { responses: {} } } }'))
  const running = await started('serve', file, '--port', '0')
  expect((await running.end()).stdout).toContain('2 on api; understudy list --notes shows them')
})
