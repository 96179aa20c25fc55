import { isObject } from '../../openapi/pointer.ts'
import type { Verdict } from '../case.ts'
import type { Session } from './run-case.ts'

/**
 * Some variables name rows that our fixtures have beyond those that every server of the API is known to have (`x-own`). A
 * server that may lack such a row is not blamed for the answers to requests about it.
 */
export function believed(session: Session, verdict: Verdict): Verdict {
  if (verdict.kind !== 'failed') return verdict
  const variables = session.context.api.document['x-variables']
  const own = Object.entries(isObject(variables) ? variables : {}).flatMap(([name, variable]) =>
    isObject(variable) &&
    variable['x-own'] === true &&
    typeof variable['value'] === 'string' &&
    !session.control.knows(variable['value'])
      ? [{ name, value: variable['value'] }]
      : [],
  )
  const lacking = verdict.failures.map((failure) =>
    own.find(({ value }) => failure.exchanges.some(({ sent }) => `${sent.path} ${textOf(sent.body)}`.includes(value))),
  )
  const failures = verdict.failures.filter((_, index) => lacking[index] === undefined)
  if (failures.length > 0) return { kind: 'failed', failures }
  return {
    kind: 'not-reached',
    reason: `needs a row of ours that this server may not have; name one of its own as ${lacking[0]?.name ?? ''} in a target file`,
  }
}

function textOf(body: string | Uint8Array | undefined): string {
  return typeof body === 'string' ? body : ''
}
