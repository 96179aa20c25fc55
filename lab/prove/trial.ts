import { conformanceSuite } from '../../src/conform/conformance-suite.ts'
import { createUnderstudy } from '../../src/index.ts'
import { ownFixtures, ownSpecs } from '../../src/paths.ts'
import { loadSeed } from '../../src/fixtures/load.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { openGateway } from '../../src/prove/gateway.ts'
import { createProver, type Prover } from '../../src/prove/prover.ts'
import { gatherMaterial } from '../../src/prove/samples.ts'
import type { Experience } from '../../src/prove/trial.ts'
import { defectsOf } from './catalogue.ts'
import type { Part } from './part.ts'
import { likelyCases } from './likely.ts'

/** Starts a mock, the gateway before it and the suite of one API. */
export async function openProver(name: string): Promise<Prover> {
  const [api] = loadApis(ownSpecs, [name])
  if (!api) throw new Error(`There is no API ${name}`)
  const mock = await createUnderstudy({ apis: [name], journalEntries: 0 })
  const defects = await defectsOf(mock, await gatherMaterial(mock, api, loadSeed(api, ownFixtures)))
  const gateway = await openGateway(mock, api)
  const suite = await conformanceSuite({ api: name, baseUrl: gateway.url, randomCases: 0 })
  return createProver({
    gateway,
    suite,
    defects,
    experience: createExperience('seeded'),
    reset: () => mock.reset(),
    close: async () => {
      await suite.close()
      await gateway.close()
      await mock.close()
    },
  })
}

export function createExperience(part: Part): Experience {
  return { likely: likelyCases(part), found: new Map() }
}
