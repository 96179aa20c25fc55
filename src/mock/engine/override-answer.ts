import type { Override } from '../session/overrides.ts'
import type { Answer } from './engine.ts'
import { toJson } from './json.ts'

/** The answer that stands in for an operation's own: no refusal, whatever its status, for no rule has decided on it. */
export function overrideAnswer({ status, headers, body }: Pick<Override, 'status' | 'headers' | 'body'>): Answer {
  return {
    status,
    headers,
    text: textOf(body, headers['content-type']),
    body,
    refusedBy: undefined,
    exchange: undefined,
  }
}

function textOf(body: unknown, contentType = ''): string | undefined {
  if (body === undefined) return undefined
  return typeof body === 'string' && !contentType.includes('json') ? body : toJson(body)
}
