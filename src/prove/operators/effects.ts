import type { CheckId } from '../../conform/check.ts'
import { planCases } from '../../conform/cases/cases-for.ts'
import type { Resource } from '../../conform/cases/resource.ts'
import type { Operation } from '../../openapi/api.ts'
import { isSuccess } from '../call.ts'
import { defect, type SeededDefect } from '../defect.ts'
import type { Material } from '../samples.ts'

/** The operator of these defects: they need a look at what would come of a request. */
export const DOES_NOTHING = 'does-nothing'

/** The checks that see a write which was not done, or done in part. */
export const SEEN: readonly CheckId[] = [
  'created-unreadable',
  'created-unlisted',
  'update-lost',
  'deleted-readable',
  'deleted-listed',
  'id-repeated',
  'tag-unchanged',
  'flow',
]

/** Writes that answer as if they had been done, and do nothing, where another operation would show it. */
export function effectDefects(material: Material): SeededDefect[] {
  const { resources } = planCases(material.context, 0)
  return resources
    .filter(({ read }) => read !== undefined)
    .flatMap((resource) => writesOf(resource).map((operation) => doesNothing(material, operation)))
}

function writesOf({ create, update, delete: removal }: Resource): Operation[] {
  return [create, update, removal].flatMap((base) => (base ? [base.draft.operation] : []))
}

function doesNothing(material: Material, operation: Operation): SeededDefect {
  return defect(material, operation, {
    operator: DOES_NOTHING,
    target: '',
    tier: 'documented',
    expected: SEEN,
    create: () => async (call) => {
      if (call.operation !== operation) return call.forward()
      const answer = await call.pretend()
      if (!isSuccess(answer)) return call.forward()
      call.wrong()
      return answer
    },
  })
}
