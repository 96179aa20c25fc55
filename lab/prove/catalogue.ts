import type { Understudy } from '../../src/index.ts'
import { defectsOf as defectsBy, generalOperators } from '../../src/prove/catalogue.ts'
import type { SeededDefect } from '../../src/prove/defect.ts'
import type { Material } from '../../src/prove/samples.ts'
import { listDefects } from './operators/lists.ts'
import { echoDefects, ruleDefects } from './operators/rules.ts'
import { tagDefects } from './operators/entity-tags.ts'
import { stateDefects } from './operators/state.ts'

const ownOperators = [stateDefects, tagDefects, listDefects, echoDefects, ruleDefects]

/** Every defect of one of the five APIs: those of any document, and those that only their pages tell of. */
export function defectsOf(mock: Understudy, material: Material): Promise<SeededDefect[]> {
  return defectsBy(mock, material, [...generalOperators, ...ownOperators])
}
