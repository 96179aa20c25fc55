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
  const reason = whyUncased(context, operation)
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
