import type { CoverageReport } from '../mock/session/coverage.ts'
import type { Engine } from '../mock/engine/engine.ts'
import type { RequestHead } from '../mock/handlers/handler.ts'
import { jsonOrText } from '../mock/session/journal.ts'
import type { Session, Violation } from '../mock/session/session.ts'
import type { Sessions } from '../mock/session/sessions.ts'
import type { Operation } from '../openapi/api.ts'
import type { Forwarded } from './forward.ts'
import { type Match, matchOperation } from './match.ts'
import type { Recorder } from './recorder.ts'
import {
  type Finding,
  inAnyCaseWrong,
  isUnjudged,
  unpack,
  type Unpacked,
  validateAnswer,
  validateRequest,
} from './validate.ts'

/** What a proxy has seen. */
export interface ProxySummary {
  readonly api: string
  readonly upstream: string
  readonly requests: number
  /** Requests that no operation of the spec takes. */
  readonly unrouted: number
  /** Requests to which the real server gave no answer. */
  readonly unanswered: number
  /** Answers that broke off before their end. */
  readonly cut: number
  /** Answers that went by unread: streams, bodies too large to keep, and those whose client left before their end. */
  readonly unjudged: number
  /** How often a request was sent once more, because an idle connection had just been closed. */
  readonly repeats: number
  /** Answers that break what the vendor's page states, and those that only break an assumption. */
  readonly brokenAnswers: { readonly documented: number; readonly inferred: number }
  readonly brokenRequests: number
  /** The latest of them. */
  readonly violations: readonly Violation[]
  /** Rows by collection, and rows that were left out because they did not fit without their secrets. */
  readonly recorded: { readonly rows: Readonly<Record<string, number>>; readonly unfit: number }
  readonly coverage: CoverageReport
}

export interface WatcherOptions {
  readonly engine: Engine
  readonly sessions: Sessions
  readonly recorder: Recorder | undefined
  readonly onViolation: ((violation: Violation) => void) | undefined
  readonly maxUnpackedBytes?: number | undefined
}

/** Validates what goes by, and remembers it. */
export class Watcher {
  readonly #options: WatcherOptions
  readonly #counts = { requests: 0, unrouted: 0, unanswered: 0, cut: 0, unjudged: 0, repeats: 0, brokenRequests: 0 }
  #brokenAnswers = { documented: 0, inferred: 0 }

  constructor(options: WatcherOptions) {
    this.#options = options
  }

  /** Never rejects: what it cannot judge must not end the proxy. */
  async note(line: RequestHead, forwarded: Forwarded): Promise<void> {
    try {
      await this.#judge(line, forwarded)
    } catch (error) {
      this.#counts.unjudged++
      const message = `could not be validated: ${(error as Error).message}`
      this.#add({ operationId: '', status: forwarded.answer.status, direction: 'response', pointer: '/paths', message })
    }
  }

  summary(upstream: string): ProxySummary {
    const { engine, recorder, sessions } = this.#options
    return {
      api: engine.api.name,
      upstream,
      ...this.#counts,
      brokenAnswers: this.#brokenAnswers,
      violations: this.#session.violations.violations,
      recorded: { rows: recorder?.counts ?? {}, unfit: recorder?.unfit ?? 0 },
      coverage: sessions.coverage.report([engine.api]),
    }
  }

  async #judge(line: RequestHead, forwarded: Forwarded): Promise<void> {
    const { engine, sessions } = this.#options
    const { requestBody, answer, end } = forwarded
    const match = matchOperation(engine, line.method, line.path)
    const unpacked = unpack(answer, this.#options.maxUnpackedBytes)
    this.#count(forwarded)
    this.#journal(line, forwarded, match?.plan.operation, unpacked)
    this.#judgeAnswer(line, forwarded, match?.plan.operation, unpacked)
    if (!match) {
      this.#counts.unrouted++
      const message = `there is no ${line.method} ${line.path} in the spec`
      return this.#addRequest('', answer.status, { pointer: '/paths', message })
    }
    const { operation, enumPoints } = match.plan
    const read = await validateRequest(engine.api, match, line, requestBody)
    if ('finding' in read) this.#addRequest(operation.id, answer.status, read.finding)
    const status = end === 'whole' || end === 'cut' ? answer.status : 0
    sessions.coverage.note(operation, status, 'finding' in read ? undefined : read, enumPoints)
  }

  #count({ answer, end, repeats }: Forwarded): void {
    this.#counts.requests++
    this.#counts.repeats += repeats
    if (end === 'none') this.#counts.unanswered++
    if (end === 'cut') this.#counts.cut++
    if (end === 'left' || (end === 'whole' && isUnjudged(answer))) this.#counts.unjudged++
  }

  #judgeAnswer(
    line: RequestHead,
    { requestBody, answer, end, problem }: Forwarded,
    operation: Match['plan']['operation'] | undefined,
    unpacked: Unpacked,
  ): void {
    const { engine, recorder } = this.#options
    const { status } = answer
    const pointer = operation?.pointer ?? '/paths'
    if (problem !== undefined) return this.#addAnswer(operation?.id ?? '', status, { pointer, message: problem })
    if (end !== 'whole') return
    const wrong = inAnyCaseWrong(pointer, line, requestBody, answer, unpacked)
    if (wrong) return this.#addAnswer(operation?.id ?? '', status, wrong)
    if (!operation) return
    const finding = validateAnswer(engine.api, operation, line.method, answer, unpacked)
    if (finding) this.#addAnswer(operation.id, status, finding)
    else if (status < 300 && line.method !== 'DELETE') recorder?.take(operation, jsonOf(unpacked))
  }

  #journal(
    line: RequestHead,
    { requestBody, answer }: Forwarded,
    operation: Operation | undefined,
    unpacked: Unpacked,
  ): void {
    const { journal, world } = this.#session
    const text = unpacked && 'text' in unpacked ? unpacked.text : undefined
    journal.note({
      atMs: world.clock.now(),
      api: operation?.api,
      operationId: operation?.id,
      request: line,
      requestBody,
      status: answer.status,
      responseHeaders: answer.headers,
      responseBody: text === undefined ? undefined : jsonOrText(text),
      responseBytes: text?.length ?? 0,
      refusedBy: undefined,
    })
  }

  get #session(): Session {
    return this.#options.sessions.default
  }

  #addRequest(operationId: string, status: number, finding: Finding): void {
    this.#counts.brokenRequests++
    this.#add({ operationId, status, direction: 'request', ...finding })
  }

  #addAnswer(operationId: string, status: number, finding: Finding): void {
    const { documented, inferred } = this.#brokenAnswers
    this.#brokenAnswers =
      finding.inferred === undefined ? { documented: documented + 1, inferred } : { documented, inferred: inferred + 1 }
    this.#add({ operationId, status, direction: 'response', ...finding })
  }

  #add(found: Omit<Violation, 'at'>): void {
    const violation = { ...found, at: this.#session.world.clock.iso() }
    this.#session.addViolation(violation)
    this.#options.onViolation?.(violation)
  }
}

function jsonOf(unpacked: Unpacked): unknown {
  if (unpacked === undefined || 'problem' in unpacked || unpacked.text === '') return undefined
  try {
    return JSON.parse(unpacked.text)
  } catch {
    return undefined
  }
}
