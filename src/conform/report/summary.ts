import { styleText } from 'node:util'
import type { Finding, Report } from './report.ts'

type Style = 'red' | 'yellow' | 'green' | 'dim' | 'bold'
type Paint = (style: Style, text: string) => string

const FINDINGS_SHOWN = 50
const REASONS_SHOWN = 20

/** What a person at a terminal wants to know of a run: what differs, how to see it, and a table of all operations. */
export function summaryOf(report: Report, colours: boolean): string {
  const paint: Paint = (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text)
  return [
    ...section(paint, 'red', 'Documented promises that the server breaks', report.failures),
    ...section(paint, 'yellow', 'Assumptions that the server does not share', report.assumptions),
    ...section(paint, 'yellow', 'Flaky: seen once, gone when tried again', report.flaky),
    ...notReached(report, paint),
    ...operations(report),
    '',
    totals(report, paint),
    '',
  ].join('\n')
}

function section(paint: Paint, style: Style, title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  const more = findings.length > FINDINGS_SHOWN ? [`… and ${findings.length - FINDINGS_SHOWN} more`, ''] : []
  return [
    paint(style, `${title}: ${findings.length}`),
    '',
    ...findings.slice(0, FINDINGS_SHOWN).flatMap((finding) => lines(finding, paint)),
    ...more,
  ]
}

function lines(finding: Finding, paint: Paint): string[] {
  const { example } = finding
  const times = finding.count === 1 ? '' : ` (${finding.count} cases)`
  return [
    `  ${paint('bold', finding.check)} ${finding.operation ?? finding.api}: ${finding.message}${times}`,
    `    spec      ${finding.api}#${finding.pointer}`,
    ...(finding.why === undefined ? [] : [`    assumed   ${finding.why}`]),
    `    case      ${finding.caseIds[0] ?? ''}`,
    `    expected  ${shortened(example.expected)}`,
    `    got       ${shortened(example.got)}`,
    ...(example.exchanges.length > 1 ? [`    requests  ${stepsOf(example)}`] : []),
    `    ${paint('dim', shortened(example.curl, 600))}`,
    `    ${paint('dim', `key: ${finding.key}`)}`,
    '',
  ]
}

/** What was sent before the last request; the reports have a script that does it again. */
function stepsOf({ exchanges }: Finding['example']): string {
  const told = exchanges.map(
    ({ sent, outcome }) => `${sent.method} ${sent.path} → ${outcome.kind === 'answer' ? outcome.status : outcome.code}`,
  )
  return shortened(told.join(', '), 400)
}

function notReached(report: Report, paint: Paint): string[] {
  if (report.notReached.length === 0) return []
  const reasons = new Map<string, number>()
  for (const { reason } of report.notReached) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  const shown = [...reasons].slice(0, REASONS_SHOWN).map(([reason, count]) => `  ${count} × ${shortened(reason, 160)}`)
  const more = reasons.size > REASONS_SHOWN ? [`  … and ${reasons.size - REASONS_SHOWN} more reasons`] : []
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

function totals(report: Report, paint: Paint): string {
  const { totals: all, durationMs } = report
  const seconds = Math.max(durationMs, 1) / 1000
  const verdict = verdictOf(report, paint)
  return [
    `${report.target} ${verdict}: ${all.cases} cases (${all.requests} requests${sentAgain(report)}) in ${seconds.toFixed(1)} s, ${Math.round(all.cases / seconds)} cases/s, seed ${report.seed}`,
    `${all.failures} failures, ${all.assumptions} assumptions not shared, ${all.flaky} flaky, ${all.silenced} silenced, ${all.notReached} cases not reached`,
  ].join('\n')
}

function sentAgain({ totals: { repeated, waits } }: Report): string {
  const again = repeated > 0 ? `, ${repeated} sent again on a new connection` : ''
  return waits > 0 ? `${again}, ${waits} waits for the rate limit` : again
}

function verdictOf(report: Report, paint: Paint): string {
  if (report.interrupted) return paint('yellow', 'was not tried to the end (interrupted)')
  return exitCodeOf(report) === 0 ? paint('green', 'keeps what is documented') : paint('red', 'differs')
}

/** 130 for a run that was interrupted, 1 when a documented promise is broken, or with `--strict` an assumption not shared; else 0. */
export function exitCodeOf(report: Report): 0 | 1 | 130 {
  if (report.interrupted) return 130
  return report.failures.length > 0 || (report.strict && report.assumptions.length > 0) ? 1 : 0
}

function shortened(text: string, length = 240): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > length ? `${line.slice(0, length)}…` : line
}
