import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseText, readText } from '../../src/openapi/read.ts'
import { runHere } from '../support/cli.ts'
import { apiOf, notesOf, served } from './small-inputs/serve-text.ts'

const limits = { bytes: 1000, depth: 10, values: 100 }

describe('what is beyond a limit is refused in one line', () => {
  test.each([
    ['YAML aliases that blow up', 'a: &a [1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b]\n', 'has more than 100 values once its aliases are written out'],
    ['an alias that contains itself', 'a: &a\n  b: *a\n', 'has an alias that contains itself, or is nested too deeply'],
    ['JSON that is nested deeply', `${'['.repeat(12)}${']'.repeat(12)}`, 'is nested deeper than 10 levels'],
    ['YAML that is nested deeply', `a: ${'['.repeat(12)}${']'.repeat(12)}`, 'is not valid YAML: nesting exceeded maxDepth (10)'],
  ])('%s', (_name, text, problem) => {
    expect(parseText(text, limits)).toEqual({ problem, line: 1 })
  })
  test('a file that is too large', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'understudy-bad-')), 'large.yaml')
    writeFileSync(path, ' '.repeat(1001))
    expect(() => readText(path, 'large.yaml', limits)).toThrow('large.yaml: is larger than 1000 bytes')
  })
})

describe('what is no document ends a command with 2 and one line that names the place', () => {
  test.each([
    ['nothing', '', 'is not valid YAML: expected a document, but the input is empty (FILE:1)'],
    ['words', 'hello', 'is not an OpenAPI document: it has neither openapi nor swagger at its top'],
    ['a list', '- a', 'is not an OpenAPI document: it has neither openapi nor swagger at its top'],
    ['a tab', 'openapi: 3.0.0\n\tinfo: x\n', 'is not valid YAML: tab characters must not be used in indentation (FILE:2)'],
    ['half of one', '{"openapi": "3.0.0",\n "paths": {', 'is neither valid JSON nor YAML: unexpected end of the stream within a flow collection (FILE:2)'],
    ['a tag of code', "openapi: 3.0.0\npaths: !!js/function 'x'\n", 'is not valid YAML: unknown scalar tag !<tag:yaml.org,2002:js/function> (FILE:2)'],
  ])('%s', async (_name, text, problem) => {
    const path = join(mkdtempSync(join(tmpdir(), 'understudy-bad-')), 'bad.yaml')
    writeFileSync(path, text)
    const { code, stdout, stderr } = await runHere('list', path)
    expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2])
    expect(stderr).toContain(problem.replace('FILE', path))
  })
})

const document = (paths: string, rest = ''): string => `
openapi: 3.0.3
info: { title: t, version: '1' }
paths: ${paths}
${rest}`
const get = "{ get: { responses: { '200': { description: ok } } } }"

describe('what can not be used is noted with its place, and the rest is served', () => {
  test.each([
    ['a path item that is a list', document(`{ /a: ${get}, /b: [1] }`), '/paths/~1b: is an array where an object is expected'],
    ['parameters that are a string', document("{ /a: { get: { parameters: x, responses: { '200': { description: ok } } } } }"), '/paths/~1a/get/parameters: is a string where an array is expected'],
    ['path items that lead to one another', document(`{ /a: ${get}, /b: { $ref: '#/paths/~1c' }, /c: { $ref: '#/paths/~1b' } }`), '/paths/~1b: $ref "#/paths/~1c" leads to nothing but further references'],
    ['a reference that is an object', document("{ /a: { get: { responses: { '200': { description: ok, content: { application/json: { schema: { $ref: { a: 1 } } } } } } } } }"), '/paths/~1a/get/responses/200/content/application~1json/schema/$ref: is no string'],
    ['components that are a list', document(`{ /a: ${get} }`, 'components: [1]'), '/components: is an array where an object is expected'],
    ['a type that is an object with a toString', document("{ /a: { get: { responses: { '200': { description: { toString: {} }, content: { application/json: { schema: { type: { toString: {} } } } } } } } } }"), 'the type {"toString":{}} is none of JSON Schema'],
    ['a keyword that every object has', document("{ /a: { get: { responses: { '200': { description: ok, content: { application/json: { schema: { constructor: {}, toString: 1 } } } } } } } }"), '"constructor" is not a keyword of a schema'],
    ['a schema that is nested deeply', document(`{ /a: { get: { responses: { '200': { description: ok, content: { application/json: { schema: ${'{ items: '.repeat(250)}{}${' }'.repeat(250)} } } } } } } }`), 'is nested deeper than 200 levels'],
  ])('%s', async (_name, text, note) => {
    expect(notesOf(apiOf(text)).join('\n')).toContain(note)
    await served(text, async (mock) => {
      const pages = ['/a', '/docs/api', '/__mock/notes', '/__mock/coverage'].map((url) => mock.inject({ method: 'GET', url }))
      expect((await Promise.all(pages)).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200])
    })
  })

  test('parameters that refer to all paths leave none', async () => {
    const text = document(`{ /b: { parameters: [{ $ref: '#/paths' }], get: { responses: {} } } }`)
    expect(notesOf(apiOf(text)).join('\n')).toContain('/paths: has no name, or is in no place that a request has')
    await served(text, async (mock) => expect((await mock.inject({ method: 'GET', url: '/docs/api' })).statusCode).toBe(200))
  })

  test.each(['/a/*', '/*', '/b*c/{x}', '/:x', '/a(b)', '/{a', '/{}', '/{a}{b}', '/%zz', '/x{y}z{y}'])(
    'a path may be written %s without ending the start',
    async (path) => {
      await served(document(`{ '/plain': ${get}, '${path}': ${get} }`), async (mock) => {
        expect((await mock.inject({ method: 'GET', url: '/plain' })).statusCode).toBe(200)
      })
    },
  )

  test('a list of a thousand million long strings is answered in time', async () => {
    const schema = '{ type: array, minItems: 1000000000, items: { type: string, minLength: 1000000000 } }'
    const text = document(`{ /a: { get: { responses: { '200': { description: ok, content: { application/json: { schema: ${schema} } } } } } } }`)
    const begun = performance.now()
    await served(text, async (mock) => {
      expect((await mock.inject({ method: 'GET', url: '/a' })).statusCode).toBe(200)
    })
    expect(performance.now() - begun).toBeLessThan(5000)
  })
})
