import { createRedactor } from '../mock/session/redact.ts'
import type { Violation } from '../mock/session/session.ts'
import type { Rules } from '../mock/handlers/handler.ts'
import type { Api } from '../openapi/api.ts'
import { readHar } from './har.ts'
import { observedSessions, observingEngine } from './observed-api.ts'
import { type ProxySummary, Watcher } from './watcher.ts'

export interface HarJudgement {
  readonly api: Api
  readonly file: string
  readonly normalizeQuery?: Rules['normalizeQuery']
  readonly onViolation: (violation: Violation) => void
}

/** Validates the exchanges of an HTTP Archive as if they had gone through the proxy. Throws USAGE for a file that is none. */
export async function judgeHar({ api, file, normalizeQuery, onViolation }: HarJudgement): Promise<ProxySummary> {
  const exchanges = readHar(file)
  const sessions = observedSessions(api, createRedactor([api]))
  const engine = observingEngine(api, normalizeQuery)
  const watcher = new Watcher({ engine, sessions, recorder: undefined, onViolation })
  for (const { line, forwarded } of exchanges) await watcher.note(line, forwarded)
  return watcher.summary(file)
}
