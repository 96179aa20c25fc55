import { isDeepStrictEqual } from 'node:util'
import type { Operation } from '../../openapi/api.ts'
import type { FlowCase } from '../case.ts'
import type { Context } from '../context.ts'
import { scenariosOf } from '../../openapi/scenario.ts'
import { draftOf } from './draft.ts'

/** How the reason of such a case begins; it makes a strict run fail. */
export const UNCASED = 'no request can be made'

const CASE_NAME = 'a request that succeeds'

/**
 * An operation that nobody can call, for lack of an example and of a value that keeps to its schema, is a case all the same:
 * one that is not reached, with the reason, so that a report does not pass over it in silence.
 */
export function uncasedOperation(context: Context, operation: Operation): FlowCase {
  return unreached(context, operation, whyUncased(context, operation))
}

/**
 * An operation whose path differs from an earlier one's by what follows a `#` only: a request tells no server which of the two is
 * meant. `undefined` where there is no such operation.
 */
export function shadowedOperation(context: Context, operation: Operation): FlowCase | undefined {
  const first = context.api.operations.find(
    ({ method, path, query }) =>
      method === operation.method && path === operation.path && isDeepStrictEqual(query, operation.query),
  )
  if (first === undefined || first === operation) return undefined
  return unreached(context, operation, `its requests are those of ${first.id}: no server sees what follows a #`)
}

function unreached(context: Context, operation: Operation, reason: string): FlowCase {
  return {
    id: `${context.api.name}/${operation.id}: ${CASE_NAME}`,
    name: CASE_NAME,
    kind: 'example',
    api: context.api.name,
    operation,
    checks: ['valid-refused'],
    pointer: operation.pointer,
    tier: 'documented',
    given: [],
    changesNothing: true,
    play: () => Promise.resolve({ kind: 'not-reached', reason }),
  }
}

function whyUncased(context: Context, operation: Operation): string {
  const missing = scenariosOf(context.api, operation).flatMap((scenario) => {
    const draft = draftOf(context, operation, scenario)
    return 'missing' in draft ? [draft.missing] : []
  })
  return `${UNCASED}: ${missing[0] ?? 'the document gives no example'}`
}
