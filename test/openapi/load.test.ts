import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadApis } from '../../src/openapi/load.ts'
import { petsFolders, petsSpec } from '../support/pets.ts'

test('a spec that is loaded again is the same Api, compiled once', () => {
  const { openapi } = petsFolders()
  const [one] = loadApis(openapi)
  const [other] = loadApis(openapi)
  expect(other).toBe(one)
})

test('a spec that has changed since is compiled anew', () => {
  const { openapi } = petsFolders()
  const [before] = loadApis(openapi)
  writeFileSync(join(openapi, 'pets.yaml'), petsSpec.replace('title: Pets', 'title: Animals'))
  const [after] = loadApis(openapi)
  expect([before?.title, after?.title]).toEqual(['Pets', 'Animals'])
})
