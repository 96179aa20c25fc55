import { styleText } from 'node:util'
import { printable } from '../../output/printable.ts'
import { causesOf, kindsOf, operationsText, type Cause } from './causes.ts'
import { exitCodeOf } from './exit-code.ts'
import type { Finding, Report } from './report.ts'

type Style = 'red' | 'yellow' | 'green' | 'dim' | 'bold'
type Paint = (style: Style, text: string) => string

export interface SummaryOptions {
  readonly colours?: boolean
  /** Every finding with everything that is known of it. */
  readonly verbose?: boolean
  /** One line for each cause, and the verdict. */
  readonly quiet?: boolean
  /** The command that plays a case again, without `--case`. */
  readonly command?: string
}

interface Page extends SummaryOptions {
  readonly paint: Paint
}

const CAUSES_SHOWN = 20
const ALIKE_SHOWN = 4
const CURLS_SHOWN = 4
const REASONS_SHOWN = 10

/** What a person at a terminal wants to know of a run: what differs, how to see it, and a table of all operations. */
export function summaryOf(report: Report, options: SummaryOptions = {}): string {
  const paint: Paint = (style, text) =>
    options.colours === true ? styleText(style, text, { validateStream: false }) : text
  const page: Page = { ...options, paint }
  if (options.quiet === true)
    return [
      ...(report.failures.length > 0 ? causesOf(report.failures).map((cause) => headline(cause, page)) : []),
      totals(report, paint),
      '',
    ].join('\n')
  return [
    ...section(page, 'red', 'Documented promises that the server breaks', report.failures),
    ...assumptions(page, report.assumptions),
    ...section(page, 'yellow', 'Flaky: seen once, but not when repeated', report.flaky),
    ...notReached(report, page),
    ...operations(report),
    '',
    ...hint(report),
    totals(report, paint),
    '',
  ].join('\n')
}

function section(page: Page, style: Style, title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  const causes = causesOf(findings)
  const shown = page.verbose === true ? causes : causes.slice(0, CAUSES_SHOWN)
  const more = causes.length - shown.length
  return [
    page.paint(style, `${title}: ${findings.length}`),
    '',
    ...shown.flatMap((cause) => causeLines(cause, page)),
    ...(more > 0 ? [...causes.slice(CAUSES_SHOWN).map((cause) => headline(cause, page)), ''] : []),
  ]
}

/** One line for each kind; they cost nobody an exit code unless `--strict`. */
function assumptions(page: Page, findings: readonly Finding[]): string[] {
  const title = 'Assumptions that the server does not share'
  if (page.verbose === true) return section(page, 'yellow', title, findings)
  if (findings.length === 0) return []
  return [
    page.paint('yellow', `${title}: ${findings.length} (each with --verbose)`),
    ...kindsOf(findings).map((kind) => headline(kind, page)),
    '',
  ]
}

function headline(cause: Cause, { paint }: Page): string {
  const { check, first, findings } = cause
  const alike = findings.length > 1 ? ` (and ${findings.length - 1} alike)` : ''
  return `  ${paint('bold', check)} ${operationsText(cause)}: ${shortened(first.title)}${alike}`
}

function causeLines(cause: Cause, page: Page): string[] {
  const { first, findings } = cause
  if (page.verbose === true) return findings.flatMap((finding) => findingLines(finding, page))
  const [, ...others] = findings
  const alike = others
    .slice(0, ALIKE_SHOWN)
    .map((each) => `${each.operation ?? each.api}: ${shortened(each.title, 100)}`)
  const rest = others.length - alike.length
  return [
    headline(cause, page),
    ...alike.map((text) => `    also      ${text}`),
    ...(rest > 0 ? [`    also      ${rest} more; --verbose, --json and --html have them`] : []),
    ...details(first, page),
  ]
}

function findingLines(finding: Finding, page: Page): string[] {
  const times = finding.count === 1 ? '' : ` (${finding.count} cases)`
  return [
    `  ${page.paint('bold', finding.check)} ${finding.operation ?? finding.api}: ${shortened(finding.title)}${times}`,
    ...details(finding, page),
  ]
}

function details(finding: Finding, page: Page): string[] {
  const { example } = finding
  const { paint, command = `understudy conform ${finding.api} …` } = page
  const curls = page.verbose === true ? example.curls : example.curls.slice(-CURLS_SHOWN)
  const earlier = example.curls.length - curls.length
  return [
    `    spec      ${finding.api}#${finding.pointer}`,
    ...(finding.why === undefined ? [] : [`    assumed   ${shortened(finding.why)}`]),
    `    expected  ${shortened(example.expected)}`,
    `    got       ${shortened(example.got)}`,
    ...(example.exchanges.length > 1 ? [`    requests  ${stepsOf(example)}`] : []),
    ...(earlier > 0 ? [`    ${paint('dim', `# ${earlier} requests before; --verbose has them`)}`] : []),
    ...curls.map((curl) => `    ${paint('dim', shortened(curl, 600))}`),
    `    ${paint('dim', `${command} --case ${quoted(example.caseId)}`)}`,
    '',
  ]
}

function quoted(text: string): string {
  return `'${printable(text).replaceAll("'", String.raw`'\''`)}'`
}

function stepsOf({ exchanges }: Finding['example']): string {
  const told = exchanges.map(
    ({ sent, outcome }) => `${sent.method} ${sent.path} → ${outcome.kind === 'answer' ? outcome.status : outcome.code}`,
  )
  return shortened(told.join(', '), 400)
}

function notReached(report: Report, { paint, verbose }: Page): string[] {
  if (report.notReached.length === 0) return []
  const reasons = new Map<string, number>()
  for (const { reason } of report.notReached) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  const most = verbose === true ? reasons.size : REASONS_SHOWN
  const shown = [...reasons].slice(0, most).map(([reason, count]) => `  ${count} × ${shortened(reason, 160)}`)
  const more = reasons.size > most ? [`  … and ${reasons.size - most} more reasons`] : []
  return [paint('yellow', `Not reached: ${report.notReached.length} cases`), ...shown, ...more, '']
}

function operations(report: Report): string[] {
  const header = ['Operation', 'Cases', 'Failed', 'Assumed', 'Not reached', 'Statuses never seen']
  const rows = report.operations.map((each) => [
    `${each.api} ${each.operation ?? '(routing)'}`,
    String(each.cases),
    String(each.failures),
    String(each.assumptions),
    String(each.notReached),
    Object.entries(each.statuses)
      .filter(([, seen]) => !seen)
      .map(([status]) => status)
      .join(' ') || '-',
  ])
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)))
  return [header, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}

const MANY_MISSING = 3

/** A server that does not know the seeded rows is mostly one with rows of its own, and not one that is broken. */
function hint(report: Report): string[] {
  const missing = report.failures.filter(({ check, example }) => {
    const outcome = example.exchanges.at(-1)?.outcome
    return check === 'valid-refused' && outcome?.kind === 'answer' && outcome.status === 404
  })
  if (missing.length < MANY_MISSING) return []
  const [api = ''] = report.apis
  return [
    `Hint: ${missing.length} valid requests are answered with 404. Does the server have the seeded rows? Name its own in a target file: understudy target ${missing[0]?.api ?? api}`,
    '',
  ]
}

function totals(report: Report, paint: Paint): string {
  const { totals: all, durationMs } = report
  const seconds = Math.max(durationMs, 1) / 1000
  const verdict = verdictOf(report, paint)
  return [
    `${report.target} ${verdict}: ${all.cases} cases (${all.requests} requests${sentAgain(report)}) in ${seconds.toFixed(1)} s, ${Math.round(all.cases / seconds)} cases/s, seed ${report.seed}${runIdOf(report)}`,
    `${all.failures} failures, ${all.assumptions} assumptions not shared, ${all.flaky} flaky, ${all.silenced} silenced, ${all.notReached} cases not reached`,
  ].join('\n')
}

/** Only where it makes a difference. */
function runIdOf({ runId }: Report): string {
  return runId === undefined ? '' : `, run id ${runId}`
}

function sentAgain({ totals: { repeated, waits } }: Report): string {
  const again = repeated > 0 ? `, ${repeated} sent again on a new connection` : ''
  return waits > 0 ? `${again}, ${waits} waits for the rate limit` : again
}

function verdictOf(report: Report, paint: Paint): string {
  if (report.interrupted) return paint('yellow', 'was not tried to the end (interrupted)')
  if (report.limited)
    return paint('red', 'was not tried to the end (it limits the rate of requests; give a lower --rate)')
  return exitCodeOf(report) === 0 ? paint('green', 'keeps what is documented') : paint('red', 'differs')
}

/** One line of what may have come from the server, so that it neither breaks the page nor steers the terminal. */
function shortened(text: string, length = 240): string {
  const line = printable(text.replaceAll(/\s+/g, ' '))
  return line.length > length ? `${line.slice(0, length)}…` : line
}
