import { describe, expect, test } from 'vitest'
import { itemIn, withItem } from '../../../src/conform/cases/item-path.ts'

const pets = { itemPath: '/pets/{petId}', parameter: 'petId' }

describe('the path about another thing', () => {
  test.each([
    ['/v1/pets/1', '/v1/pets/6'],
    ['/pets/pets', '/pets/6'],
    ['/1/pets/1?copy=1', '/1/pets/6?copy=1'],
    ['/pets', '/pets'],
  ])('of %s is %s', (path, other) => {
    expect(withItem(pets, path, '6')).toBe(other)
  })

  test('names a thing in the middle as well, and encodes it', () => {
    expect(withItem({ itemPath: '/pets/{petId}/toys', parameter: 'petId' }, '/v1/pets/1/toys', 'a/b')).toBe(
      '/v1/pets/a%2Fb/toys',
    )
  })

  test('is about the segment of the thing, not about one that looks like it', () => {
    expect(itemIn(pets, '/v1/pets/2')).toBe('2')
    expect(itemIn(pets, '/pets')).toBeUndefined()
  })
})
