import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTarget } from '../../src/conform/target.ts'
import { targetTemplate } from '../../src/conform/target-template.ts'
import { loadSeed } from '../../src/fixtures/load.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'

test.each(loadApis(ownSpecs).map((api) => [api.name, api] as const))(
  'the target file that is printed for %s is one, with every credential and variable',
  (_, api) => {
    const seed = loadSeed(api, ownFixtures)
    const path = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'target.yaml')
    writeFileSync(path, targetTemplate(api, seed))
    const target = readTarget(path, api, seed, new Proxy({}, { get: (_env, name) => `value of ${String(name)}` }))
    expect(Object.keys(target.credentials)).toEqual(seed.credentials.map(({ id }) => id))
    expect(target.variables).toEqual(
      Object.fromEntries(
        Object.entries(api.document['x-variables'] ?? {}).map(([name, { value }]: [string, { value: unknown }]) => [
          name,
          value,
        ]),
      ),
    )
  },
)
