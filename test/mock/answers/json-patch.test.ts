import { describe, expect, test } from 'vitest'
import { applyJsonPatch } from '../../../src/mock/handlers/json-patch.ts'

const document = { a: 1, list: ['x', 'y'], 'a/b': 2, 'm~n': 3, deep: { er: null } }

describe('JSON Patch (RFC 6902)', () => {
  test.each([
    ['adds a property', [{ op: 'add', path: '/b', value: 2 }], { ...document, b: 2 }],
    [
      'adds an item before another',
      [{ op: 'add', path: '/list/1', value: 'z' }],
      { ...document, list: ['x', 'z', 'y'] },
    ],
    ['adds an item at the end', [{ op: 'add', path: '/list/-', value: 'z' }], { ...document, list: ['x', 'y', 'z'] }],
    ['replaces the whole document', [{ op: 'replace', path: '', value: { z: 1 } }], { z: 1 }],
    [
      'reads the escapes of pointers',
      [
        { op: 'replace', path: '/a~1b', value: 0 },
        { op: 'remove', path: '/m~0n' },
      ],
      { a: 1, list: ['x', 'y'], 'a/b': 0, deep: { er: null } },
    ],
    [
      'moves',
      [{ op: 'move', from: '/a', path: '/deep/er' }],
      { list: ['x', 'y'], 'a/b': 2, 'm~n': 3, deep: { er: 1 } },
    ],
    ['copies the whole document', [{ op: 'copy', from: '', path: '/a' }], { ...document, a: document }],
    [
      'tests by value',
      [
        { op: 'test', path: '/list', value: ['x', 'y'] },
        { op: 'test', path: '', value: document },
      ],
      document,
    ],
    [
      'keeps a name that reaches prototypes as data',
      [{ op: 'add', path: '/__proto__', value: 1 }],
      JSON.parse('{"a":1,"list":["x","y"],"a/b":2,"m~n":3,"deep":{"er":null},"__proto__":1}'),
    ],
  ])('%s', (_, operations, value) => {
    expect(applyJsonPatch(document, operations)).toEqual({ value })
    expect(document.list).toEqual(['x', 'y'])
  })

  test.each([
    ['an index with a leading zero', { op: 'replace', path: '/list/01', value: 0 }, 'is not an index'],
    ['length as an index', { op: 'add', path: '/list/length', value: 0 }, 'is not an index'],
    ['an index beyond the end', { op: 'add', path: '/list/3', value: 0 }, 'there is no item 3'],
    ['the place after the end as a source', { op: 'remove', path: '/list/-' }, 'is not an index'],
    ['a property that is not there', { op: 'replace', path: '/nobody', value: 0 }, 'there is nothing at'],
    ['an inherited property', { op: 'test', path: '/toString', value: 0 }, 'there is nothing at'],
    ['a pointer without its slash', { op: 'remove', path: 'a' }, 'is not a JSON pointer'],
    ['an escape that is none', { op: 'remove', path: '/m~2n' }, 'is not a JSON pointer'],
    ['a move into itself', { op: 'move', from: '/deep', path: '/deep/er' }, 'cannot be a parent'],
    ['a test of another value', { op: 'test', path: '/a', value: '1' }, 'the value is another one'],
    ['an operation that is none', { op: 'drop', path: '/a' }, 'op must be one of'],
    ['a missing value', { op: 'add', path: '/a' }, 'value is missing'],
  ])('refuses %s', (_, operation, problem) => {
    expect(applyJsonPatch(document, [operation])).toMatchObject({ problem: expect.stringContaining(problem) })
  })
})
