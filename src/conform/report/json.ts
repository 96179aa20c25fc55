import { masked, type Secrets } from './curl.ts'
import type { CheckId, Tier } from '../check.ts'
import type { CaseResult, CheckCount, Finding, NotReached, OperationCount, Report, Totals } from './report.ts'
import { exitCodeOf } from './exit-code.ts'
import type { Exchanged } from '../transport/transport.ts'

/**
 * The report as JSON (`--json FILE`). Members are added, never renamed or taken away, as long as `format` stays; what does not
 * apply is left out. Secrets of the target file stand in it as `${NAME}`.
 */
export interface ReportJson {
  readonly format: 'understudy-conform/1'
  /** Base URLs of the servers. */
  readonly target: string
  readonly apis: readonly string[]
  readonly seed: number
  /** With `--run-id` and the seed the same requests are sent again; left out where a server goes back to its seed. */
  readonly runId?: number
  readonly strict: boolean
  /** As the command ends: 0 or 1, 3 for a run that a limit of the rate has ended, or 130 for one that was interrupted. */
  readonly exitCode: 0 | 1 | 3 | 130
  readonly durationMs: number
  readonly totals: Totals
  /** Documented promises that the server breaks. */
  readonly failures: readonly FindingJson[]
  /** Assumptions that it does not share. */
  readonly assumptions: readonly FindingJson[]
  /** Seen once, but not when repeated. */
  readonly flaky: readonly FindingJson[]
  /** Known to the baseline file. */
  readonly silenced: readonly FindingJson[]
  readonly notReached: readonly NotReached[]
  readonly operations: readonly OperationCount[]
  readonly checks: readonly CheckCount[]
  readonly cases: readonly CaseJson[]
}

export interface FindingJson {
  /** Stable over runs; what a baseline file names. */
  readonly key: string
  readonly check: CheckId
  readonly api: string
  /** Left out where no operation applies. */
  readonly operation?: string
  /** JSON pointer into the API's OpenAPI document. */
  readonly pointer: string
  readonly message: string
  /** The message so that it can be read alone. */
  readonly title: string
  readonly tier: Tier
  /** For an assumption: the reason that the spec gives for it. */
  readonly why?: string
  readonly expected: string
  readonly got: string
  /** How many cases raised it, and which. */
  readonly count: number
  readonly caseIds: readonly string[]
  readonly curl: string
  /** For every request, in order. */
  readonly curls: readonly string[]
  /** Of a walk beside the mock: a shell script that exits 1 while the difference is there. */
  readonly script?: string
  /** What was sent and what came, in order; the last one shows it. */
  readonly exchanges: readonly ExchangeJson[]
}

export interface ExchangeJson {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: readonly (readonly [string, string])[]
  } & BodyJson
  /** Left out when nothing came that is HTTP. */
  readonly answer?: { readonly status: number; readonly headers: Readonly<Record<string, string>> } & BodyJson
  /** Why there is no answer. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** Text, or Base64 where the bytes are no text; cut after 64 KiB, `bytes` is the whole length. */
export interface BodyJson {
  readonly body?: string
  readonly bodyBase64?: string
  readonly bytes: number
}

export interface CaseJson {
  readonly id: string
  readonly api: string
  readonly operation?: string
  readonly verdict: CaseResult['verdict']
  /** Why it was not reached. */
  readonly reason?: string
  readonly durationMs: number
}

const BODY_BYTES = 64 * 1024

export function reportJson(report: Report, secrets: Secrets = {}): string {
  const hide = (_: string, value: unknown): unknown => (typeof value === 'string' ? masked(value, secrets) : value)
  return `${JSON.stringify(shapeOf(report), hide, 2)}\n`
}

function shapeOf(report: Report): ReportJson {
  const { target, apis, seed, runId, strict, durationMs, totals, notReached, operations, checks, cases } = report
  return {
    format: 'understudy-conform/1',
    target,
    apis,
    seed,
    ...(runId !== undefined && { runId }),
    strict,
    exitCode: exitCodeOf(report),
    durationMs: rounded(durationMs),
    totals,
    failures: report.failures.map(findingJson),
    assumptions: report.assumptions.map(findingJson),
    flaky: report.flaky.map(findingJson),
    silenced: report.silenced.map(findingJson),
    notReached,
    operations,
    checks,
    cases: cases.map(caseJson),
  }
}

function findingJson(finding: Finding): FindingJson {
  const { key, check, api, operation, pointer, message, title, tier, why, count, caseIds, example } = finding
  return {
    key,
    check,
    api,
    ...(operation !== undefined && { operation }),
    pointer,
    message,
    title,
    tier,
    ...(why !== undefined && { why }),
    expected: example.expected,
    got: example.got,
    count,
    caseIds,
    curl: example.curl,
    curls: example.curls,
    ...(example.script !== undefined && { script: example.script }),
    exchanges: example.exchanges.map(exchangeJson),
  }
}

function exchangeJson({ sent, outcome }: Exchanged): ExchangeJson {
  const { method, url, headers } = sent
  const request = { method, url, headers, ...bodyJson(sent.body) }
  if (outcome.kind === 'no-answer') return { request, error: { code: outcome.code, message: outcome.message } }
  return { request, answer: { status: outcome.status, headers: outcome.headers, ...bodyJson(outcome.body) } }
}

function bodyJson(body: string | Uint8Array | undefined): BodyJson {
  const bytes = Buffer.from((body ?? '') as string)
  if (bytes.length === 0) return { bytes: 0 }
  const part = bytes.subarray(0, BODY_BYTES)
  const text = part.toString('utf8')
  const isText =
    typeof body === 'string' ||
    Buffer.from(text, 'utf8').equals(part) ||
    (part.length < bytes.length && !text.slice(0, -4).includes('\uFFFD'))
  return { ...(isText ? { body: text } : { bodyBase64: part.toString('base64') }), bytes: bytes.length }
}

function caseJson({ id, api, operation, verdict, reason, durationMs }: CaseResult): CaseJson {
  return {
    id,
    api,
    ...(operation !== undefined && { operation }),
    verdict,
    ...(reason !== undefined && { reason }),
    durationMs: rounded(durationMs),
  }
}

function rounded(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000
}
