import type { CheckId, Tier } from '../conform/check.ts'
import type { Behaviour } from './call.ts'
import type { Operation } from '../openapi/api.ts'
import type { Material, Sample } from './samples.ts'

/** One mistake that a server could make, and what is to raise it. */
export interface SeededDefect {
  /** `<api>/<operation>/<operator> <target>`: stable, and what `--only` looks for. */
  readonly id: string
  readonly api: string
  /** `undefined` where it concerns the whole API. */
  readonly operation: string | undefined
  readonly operator: string
  /** Whether it breaks what the vendor's page states, or what only we ruled. */
  readonly tier: Tier
  /** Any of them counts as the expected finding. */
  readonly expected: readonly CheckId[]
  /** A body that the server would refuse wrongly: no defect, if it would be refused anyway. */
  readonly witness?: Witness
  /** A server with this mistake; a new one for each run. */
  create(): Behaviour
}

/** A successful scenario with another body. */
export interface Witness {
  readonly sample: Sample
  readonly body: unknown
}

export interface DefectParts {
  readonly operator: string
  readonly target: string
  readonly tier: Tier
  readonly expected: readonly CheckId[]
  readonly witness?: Witness
  readonly create: SeededDefect['create']
}

export function defect(
  material: Material,
  operation: Operation | undefined,
  { target, ...parts }: DefectParts,
): SeededDefect {
  return {
    id: idOf(material, operation, parts.operator, target),
    api: material.api.name,
    operation: operation?.id,
    ...parts,
  }
}

export function idOf({ api }: Material, operation: Operation | undefined, operator: string, target: string): string {
  return `${api.name}/${operation?.id ?? 'any'}/${operator}${target === '' ? '' : ` ${target}`}`
}

/** Two alternatives may say the same of one place. */
export function unique(defects: readonly SeededDefect[]): SeededDefect[] {
  const seen = new Map<string, SeededDefect>()
  for (const each of defects) {
    const same = seen.get(each.id)
    if (same === undefined || (same.tier === 'documented' && each.tier === 'assumed')) seen.set(each.id, each)
  }
  return [...seen.values()]
}
