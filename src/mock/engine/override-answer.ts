import type { Operation } from '../../openapi/api.ts'
import { responseFor } from '../../openapi/responses.ts'
import type { Override } from '../session/overrides.ts'
import type { Session } from '../session/session.ts'
import { type Breach, checkAnswer } from './check-answer.ts'
import type { Answer } from './engine.ts'
import { toJson } from './json.ts'

/**
 * The answer that stands in for an operation's own: no refusal, whatever its status, for no rule has decided on it. One that was
 * checked when it was made is checked once more, since `--watch` may have changed the spec.
 */
export function overrideAnswer(operation: Operation, override: Override, session: Session): Answer {
  const { status, headers, body } = override
  const breach = override.unchecked === true ? undefined : breachOf(operation, override)
  if (breach) {
    const at = session.world.clock.iso()
    session.addViolation({ operationId: operation.id, status, at, pointer: breach.pointer, message: breach.message })
  }
  return {
    status,
    headers,
    text: textOf(body, headers['content-type']),
    body,
    refusedBy: undefined,
    exchange: undefined,
  }
}

function breachOf({ responses, pointer }: Operation, { status, headers, body }: Override): Breach | undefined {
  const response = responseFor(responses, status)
  if (response) return checkAnswer(response, { status, headers, body })
  return { pointer: `${pointer}/responses`, message: `the status ${status} is not declared` }
}

function textOf(body: unknown, contentType = ''): string | undefined {
  if (body === undefined) return undefined
  return typeof body === 'string' && !contentType.includes('json') ? body : toJson(body)
}
