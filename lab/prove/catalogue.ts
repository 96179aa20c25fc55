import type { Understudy } from '../../src/index.ts'
import type { SeededDefect } from './defect.ts'
import { answerDefects } from './operators/answers.ts'
import { listDefects } from './operators/lists.ts'
import { parameterDefects } from './operators/parameters.ts'
import { protocolDefects } from './operators/protocol.ts'
import { bodyDefects, unique, wholeBodyDefects } from './operators/requests.ts'
import { echoDefects, ruleDefects } from './operators/rules.ts'
import { securityDefects } from './operators/security.ts'
import { stateDefects, tagDefects } from './operators/state.ts'
import { takes, type Material } from './samples.ts'

/** Every defect of one API: operators × operations × targets, all out of its spec. */
export async function defectsOf(mock: Understudy, material: Material): Promise<SeededDefect[]> {
  const defects: SeededDefect[] = []
  for (const each of candidates(material)) {
    if (each.witness === undefined || (await takes(mock, each.witness.sample, each.witness.body))) defects.push(each)
  }
  return defects
}

function candidates(material: Material): SeededDefect[] {
  return unique([
    ...answerDefects(material),
    ...bodyDefects(material),
    ...wholeBodyDefects(material),
    ...parameterDefects(material),
    ...securityDefects(material),
    ...protocolDefects(material),
    ...stateDefects(material),
    ...tagDefects(material),
    ...listDefects(material),
    ...echoDefects(material),
    ...ruleDefects(material),
  ])
}
