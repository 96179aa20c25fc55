import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readTarget } from '../../src/conform/target.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import { loadSeed } from '../../src/fixtures/load.ts'
import { loadApis } from '../../src/openapi/load.ts'

const anything = new Proxy({}, { get: () => 'a-secret', has: () => true })

test.each(loadApis(ownSpecs))(
  'the example target file of $name is valid, and knows the credentials of its scenarios',
  (api) => {
    const file = fileURLToPath(new URL(`../../fixtures/targets/${api.name}.yaml`, import.meta.url))
    const seed = loadSeed(api, ownFixtures)
    const target = readTarget(file, api, seed, anything)
    expect(Object.keys(target.credentials)[0]).toBe(seed.credentials[0]?.id)
    expect(Object.keys(target.variables).length).toBeGreaterThan(0)
  },
)
