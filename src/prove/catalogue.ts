import type { Understudy } from '../library/in-process.ts'
import { unique, type SeededDefect } from './defect.ts'
import { answerDefects } from './operators/answers.ts'
import { effectDefects } from './operators/effects.ts'
import { listDefects } from './operators/lists.ts'
import { parameterDefects } from './operators/parameters.ts'
import { protocolDefects } from './operators/protocol.ts'
import { bodyDefects } from './operators/requests.ts'
import { securityDefects } from './operators/security.ts'
import { wholeBodyDefects } from './operators/whole-bodies.ts'
import { takes, type Material } from './samples.ts'

/** Makes defects out of a document. */
export type Operator = (material: Material) => SeededDefect[]

/** What can be made out of any document. */
export const generalOperators: readonly Operator[] = [
  answerDefects,
  bodyDefects,
  wholeBodyDefects,
  parameterDefects,
  securityDefects,
  protocolDefects,
]

/** Every defect of one API: operators × operations × targets, all out of its document. */
export async function defectsOf(
  mock: Understudy,
  material: Material,
  operators: readonly Operator[] = [...generalOperators, effectDefects, listDefects],
): Promise<SeededDefect[]> {
  const defects: SeededDefect[] = []
  for (const each of unique(operators.flatMap((operator) => operator(material)))) {
    if (each.witness === undefined || (await takes(mock, each.witness.sample, each.witness.body))) defects.push(each)
  }
  return defects
}
