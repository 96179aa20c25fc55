import { isSuccess, scenariosOf } from '../../../openapi/scenario.ts'
import type { Operation } from '../../../openapi/api.ts'
import type { RequestCase } from '../../case.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import { draftOf } from '../draft.ts'
import { requestCase, success } from '../request-case.ts'
import { refusalOf } from '../scenario-cases.ts'
import { statesToSet } from '../states.ts'
import { securityCases } from '../security-cases.ts'

const why = 'that the path is also there below another one follows from the servers of the spec, not from the page'

/** What succeeds or is refused at the plain path is so below the path of each of the `servers`, too, and credentials count there. */
export function prefixCases(
  context: Context,
  bases: ReadonlyMap<Operation, BaseRequest>,
  prefix: string,
): readonly RequestCase[] {
  return [...bases.values()].flatMap((base) => [
    calledBelow(context, base, prefix),
    ...refusedBelow(context, base.draft.operation, prefix),
    ...securedBelow(context, base, prefix),
  ])
}

function calledBelow(context: Context, { draft, given, status }: BaseRequest, prefix: string): RequestCase {
  const { operation } = draft
  return requestCase(context, {
    name: `is called below ${prefix}`,
    kind: 'protocol',
    draft: { ...draft, base: prefix },
    pointer: operation.pointer,
    why,
    expectation: success(operation, status),
    given,
  })
}

function refusedBelow(context: Context, operation: Operation, prefix: string): RequestCase[] {
  const refused = scenariosOf(context.api, operation).filter(({ status }) => !isSuccess(status))
  return refused.flatMap((scenario) => {
    const draft = draftOf(context, operation, scenario)
    if ('missing' in draft) return []
    return requestCase(context, {
      name: `${scenario.name} below ${prefix}`,
      kind: 'protocol',
      draft: { ...draft, base: prefix },
      pointer: scenario.pointer,
      why,
      expectation: refusalOf(context, operation, scenario),
      given: statesToSet(context, scenario.given),
    })
  })
}

function securedBelow(context: Context, base: BaseRequest, prefix: string): RequestCase[] {
  return securityCases(context, { ...base, draft: { ...base.draft, base: prefix } }).map((each) => ({
    ...each,
    id: `${each.id} below ${prefix}`,
    name: `${each.name} below ${prefix}`,
  }))
}
