import type { Operation } from '../../../openapi/api.ts'
import type { FlowCase, RequestCase } from '../../case.ts'
import { otherBases } from '../path-prefixes.ts'
import type { BaseRequest } from '../body-cases.ts'
import type { Context } from '../../context.ts'
import { prefixOf } from '../draft.ts'
import { headFlows } from './head-flows.ts'
import { methodCases } from './method-cases.ts'
import { unknownPaths } from './path-cases.ts'
import { prefixCases } from './prefix-cases.ts'

/** Undeclared methods, HEAD, OPTIONS and unknown paths. */
export function protocolCases(
  context: Context,
  bases: ReadonlyMap<Operation, BaseRequest>,
): (RequestCase | FlowCase)[] {
  const others = otherBases(context)
  const prefixes = [...new Set([prefixOf(context), ...others])]
  return [
    ...prefixes.flatMap((prefix) => methodCases(context, bases, prefix)),
    ...others.flatMap((prefix) => prefixCases(context, bases, prefix)),
    ...unknownPaths(context, bases),
    ...headFlows(context, bases),
  ]
}
