import { Command } from 'commander'
import { announceAddresses } from './announce-addresses.ts'
import { rulesFor } from '../apis/load.ts'
import { ownSpecs } from '../paths.ts'
import { createProxy, type Proxy } from '../proxy/proxy.ts'
import { printable } from '../output/printable.ts'
import type { ProxySummary } from '../proxy/watcher.ts'
import type { Violation } from '../mock/session/session.ts'
import { openApis } from '../openapi/fetch-remote.ts'
import type { Api } from '../openapi/api.ts'
import { readTrust } from '../conform/transport/read-trust.ts'
import {
  allowHostOption,
  caOption,
  insecureOption,
  type TrustOptions,
  type DocumentOptions,
  withDocumentOptions,
  wholeNumber,
  writeReports,
} from './options.ts'

const DEFAULT_PORT = 4020
/** What is under way when a signal comes gets this long. */
const GRACE_MS = 2000

interface ProxyCommandOptions extends TrustOptions, DocumentOptions {
  readonly upstream: string
  readonly port: number
  readonly host: string
  readonly timeout: number
  readonly allowHost?: readonly string[]
  readonly record?: string
  readonly har?: string
  readonly json?: string
  readonly strict?: boolean
}

export function proxyCommand(): Command {
  return withDocumentOptions(new Command('proxy'))
    .description('pass requests on to a real server, unchanged, and validate them and its responses against the spec')
    .argument('<api>', 'the API that the server implements')
    .requiredOption('--upstream <url>', 'the real server')
    .option('--port <n>', 'port to listen on; 0 picks a free one', wholeNumber(0, 65_535), DEFAULT_PORT)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(allowHostOption())
    .addOption(caOption())
    .addOption(insecureOption())
    .option('--timeout <ms>', 'how long the server may stay silent', wholeNumber(1, 3_600_000), 30_000)
    .option(
      '--record <dir>',
      'write the rows of its responses as fixtures into this folder on shutdown, secrets redacted',
    )
    .option('--json <file>', 'write the summary as JSON on shutdown')
    .option('--har <file>', 'write the requests and responses as an HTTP Archive on shutdown, secrets redacted')
    .option('--strict', 'also count an assumption that the server does not share as a difference')
    .addHelpText(
      'after',
      `
Examples:
  understudy proxy polis --upstream https://staging.example.com
  understudy proxy polis --upstream http://127.0.0.1:8080 --record recorded --json proxy.json
  understudy serve polis --fixtures recorded

Exit codes on shutdown: 0 every answer was as specified, 1 answers broke the spec, 2 wrong usage, 3 the server\nanswered no request.`,
    )
    .action(async (name: string, options: ProxyCommandOptions) => {
      const { upstream, port, host, record, allowHost, timeout: timeoutMs } = options
      const [api] = (await openApis(options.openapi ?? ownSpecs, [name], options)) as [Api]
      const { normalizeQuery } = await rulesFor(api)
      const onViolation = (violation: Violation): void =>
        void process.stderr.write(`${printable(describeViolation(api, violation))}\n`)
      const proxy = await createProxy({
        api,
        upstream,
        port,
        host,
        timeoutMs,
        onViolation,
        trust: readTrust(options),
        ...(normalizeQuery && { normalizeQuery }),
        ...(record !== undefined && { record }),
        ...(options.har !== undefined && { har: options.har }),
        ...(allowHost && { allowHosts: allowHost }),
      })
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(proxy, options))
      announceAddresses(proxy.url, host)
      process.stdout.write(
        `Understudy passes ${name} on to ${upstream}, ready at ${proxy.url}\n  Violations  ${proxy.url}/__mock/violations\nCtrl-C ends it.\n`,
      )
    })
}

async function end(proxy: Proxy, { json, record, strict }: ProxyCommandOptions): Promise<void> {
  const unwritten = await proxy.close({ graceMs: GRACE_MS }).catch((error: unknown) => error)
  const summary = proxy.summary()
  process.stdout.write(summaryText(summary, record))
  if (unwritten !== undefined) process.stderr.write(`understudy: ${(unwritten as Error).message}\n`)
  const verdict = writeReports(
    [[json, () => `${JSON.stringify(summary, undefined, 2)}\n`]],
    exitCodeOfProxy(summary, strict),
  )
  process.exitCode = verdict === 0 && unwritten !== undefined ? 2 : verdict
}

/** 3 where no request was answered. */
export function exitCodeOfProxy({ requests, unanswered, brokenAnswers }: ProxySummary, strict = false): number {
  // Not one answer: a job that is green for that would have tested nothing.
  if (requests > 0 && unanswered === requests) return 3
  return brokenAnswers.documented > 0 || (strict && brokenAnswers.inferred > 0) ? 1 : 0
}

export function summaryText(summary: ProxySummary, record?: string): string {
  const { requests, unrouted, unanswered, cut, unjudged, repeats } = summary
  const { brokenAnswers, brokenRequests, recorded, coverage } = summary
  const lines = [
    `${requests} requests, ${unanswered} without an answer, ${unrouted} unknown to the spec; ${coverage.percent.toFixed(1)} % of the spec was used`,
    `${brokenAnswers.documented} answers broke what the page states, ${brokenAnswers.inferred} only an assumption`,
    `${brokenRequests} requests broke the spec`,
    `${cut} answers broke off, ${unjudged} went by unread, ${repeats} requests were sent twice`,
  ]
  const rows = Object.entries(recorded.rows).map(([name, count]) => `${count} ${name}`)
  if (record !== undefined)
    lines.push(
      `recorded into ${record}: ${rows.join(', ') || 'nothing'}${recorded.unfit > 0 ? ` (${recorded.unfit} rows did not fit without their secrets)` : ''}`,
    )
  return lines.map((line) => `${line}\n`).join('')
}

/** One line for the terminal. */
export function describeViolation(
  api: Api,
  { operationId, status, direction, message, pointer, inferred }: Violation,
): string {
  const what = direction === 'request' ? `request (answered ${status})` : `answer ${status}`
  const assumed = inferred === undefined ? '' : ` (assumed: ${inferred})`
  return `${api.name} ${operationId || 'unknown operation'}: ${what}: ${message} [${api.file}#${pointer}]${assumed}`
}
