import type { Operation } from '../../../spec/api.ts'
import type { FlowCase, RequestCase } from '../../case.ts'
import type { Base } from '../body-cases.ts'
import type { Context } from '../context.ts'
import { prefixOf } from '../draft.ts'
import { requestCase, success } from '../request-case.ts'
import { headFlows } from './head-flows.ts'
import { methodCases } from './method-cases.ts'
import { unknownPaths } from './path-cases.ts'

/** Undeclared methods, HEAD, OPTIONS and unknown paths. */
export function protocolCases(context: Context, bases: ReadonlyMap<Operation, Base>): (RequestCase | FlowCase)[] {
  const { api, target } = context
  const own = prefixOf(context)
  const others =
    target.described || !(api.bases.includes('') || own !== '') ? [] : api.bases.filter((base) => base !== '')
  const prefixes = [...new Set([own, ...others])]
  return [
    ...prefixes.flatMap((prefix) => methodCases(context, bases, prefix)),
    ...others.flatMap((prefix) => [...bases.values()].map((base) => belowPrefix(context, base, prefix))),
    ...unknownPaths(context, bases),
    ...headFlows(context, bases),
  ]
}

/** What succeeds at the plain path succeeds below the path of each of the `servers`, too. */
function belowPrefix(context: Context, { draft, given, status }: Base, prefix: string): RequestCase {
  const { operation } = draft
  return requestCase(context, {
    name: `is called below ${prefix}`,
    kind: 'protocol',
    draft: { ...draft, base: prefix },
    pointer: operation.pointer,
    why: 'that the path is also there below another one follows from the servers of the spec, not from the page',
    expectation: success(operation, status),
    given,
  })
}
