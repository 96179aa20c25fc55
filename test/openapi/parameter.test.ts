import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileApi } from '../../src/openapi/compile.ts'
import {
  decodeQuery,
  decodeSimple,
  encodeQuery,
  encodeSimple,
  type Parameter,
  parseQuery,
} from '../../src/openapi/parameter.ts'

function parameter(source: Record<string, unknown>, place = 'query'): Parameter {
  const root = {
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    paths: {
      '/things': {
        get: {
          operationId: 'things',
          parameters: [{ name: 'p', in: place, ...source }],
          responses: { '200': { description: 'ok' } },
        },
      },
    },
  }
  return compileApi({ file: 'openapi/t.yaml', root }).operations[0]?.parameters[0] as Parameter
}

const scalar = (type: string) => parameter({ schema: { type } })
const list = parameter({ schema: { type: 'array', items: { type: 'integer' } } })
const commas = parameter({ explode: false, schema: { type: 'array', items: { type: 'string' } } })
const deep = parameter({
  style: 'deepObject',
  schema: { type: 'object', properties: { '/data/id': { type: 'string' }, n: { type: 'integer' } } },
})

describe('a query parameter is decoded by its schema', () => {
  test.each([
    ['integer', 'p=9007199254740991', 9_007_199_254_740_991],
    ['integer', 'p=-1', -1],
    ['integer', 'p=1.5', '1.5'],
    ['integer', 'p=1e1', '1e1'],
    ['integer', 'p=01', '01'],
    ['integer', 'p=0x10', '0x10'],
    ['integer', 'p=', ''],
    ['number', 'p=1e3', 1000],
    ['boolean', 'p=true', true],
    ['boolean', 'p=TRUE', 'TRUE'],
    ['string', 'p=a+b%20c', 'a b c'],
    ['string', 'p=%zz', '%zz'],
    ['string', 'p', ''],
  ])('%s %s', (type, query, value) => {
    expect(decodeQuery(scalar(type), parseQuery(query))).toEqual({ value })
  })

  test('lists repeat their name, or stand behind one with commas', () => {
    expect(decodeQuery(list, parseQuery('p=1&p=2'))).toEqual({ value: [1, 2] })
    expect(decodeQuery(list, parseQuery('p=1'))).toEqual({ value: [1] })
    expect(decodeQuery(commas, parseQuery('p=a,b'))).toEqual({ value: ['a', 'b'] })
  })

  test('a deep object has its members in brackets, encoded or not', () => {
    expect(decodeQuery(deep, parseQuery('p[/data/id]=x&p%5Bn%5D=3'))).toEqual({ value: { '/data/id': 'x', n: 3 } })
    expect(decodeQuery(deep, parseQuery('q=1'))).toBeUndefined()
    expect(decodeQuery(deep, parseQuery('p[__proto__]=x'))).toEqual({ value: JSON.parse('{"__proto__":"x"}') })
  })

  test.each([
    ['a scalar', scalar('string'), 'p=a&p=b'],
    ['a member of a deep object', deep, 'p[n]=1&p[n]=2'],
  ])('%s that is sent twice is malformed', (_name, spec, query) => {
    expect(decodeQuery(spec, parseQuery(query))).toMatchObject({ malformed: { keyword: 'duplicate' } })
  })
})

describe('what is encoded comes back', () => {
  const wire = (pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  const text = fc.string({ unit: 'grapheme' })

  test('from a query', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(decodeQuery(scalar('string'), parseQuery(wire(encodeQuery(scalar('string'), value))))).toEqual({ value })
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger(), { minLength: 1 }), (value) => {
        expect(decodeQuery(list, parseQuery(wire(encodeQuery(list, value))))).toEqual({ value })
      }),
    )
    fc.assert(
      fc.property(fc.record({ '/data/id': text, n: fc.integer() }), (value) => {
        expect(decodeQuery(deep, parseQuery(wire(encodeQuery(deep, value))))).toEqual({ value })
      }),
    )
  })

  test('from a path segment or a header', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(decodeSimple(parameter({ schema: { type: 'integer' } }, 'header'), encodeSimple(value))).toBe(value)
      }),
    )
  })
})
