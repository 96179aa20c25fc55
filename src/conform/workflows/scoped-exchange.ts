import type { Answer } from '../transport/transport.ts'
import type { ScopedExchange } from './expression.ts'
import type { StepRequest } from './request.ts'

/** A request and its answer as the expressions of a step see them. */
export function scoped(url: string, request: StepRequest, answer: Answer): ScopedExchange {
  const response = { header: answer.headers, query: {}, path: {}, body: bodyOf(answer) }
  return { url, method: request.outgoing.method, status: answer.status, request: request.message, response }
}

/** JSON as its value, other text as text; an empty body is an empty object, as in Redocly's runner. */
function bodyOf(answer: Answer): unknown {
  if (answer.text === '') return {}
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(answer.headers['content-type'] ?? 'application/json'))
    return answer.text
  try {
    return JSON.parse(answer.text)
  } catch {
    return answer.text
  }
}
