import { causesOf, kindsOf, operationsText, type Cause } from './causes.ts'
import { masked, type Secrets } from './curl.ts'
import { exitCodeOf } from './exit-code.ts'
import type { Finding, Report } from './report.ts'

const CAUSES_SHOWN = 30

/** The report for the page of a CI job (`--summary FILE`): Markdown as GitHub and GitLab read it, short enough to be read. */
export function reportMarkdown(report: Report, secrets: Secrets = {}): string {
  const { totals } = report
  const verdict =
    report.interrupted || report.limited
      ? '⚠️ not tried to the end'
      : exitCodeOf(report) === 0
        ? '✅ keeps what is documented'
        : '❌ differs'
  const text = [
    `## Conformance of ${report.apis.map(escaped).join(', ')}: ${verdict}`,
    '',
    `\`${report.target}\`, ${totals.cases} cases, ${totals.requests} requests in ${(report.durationMs / 1000).toFixed(1)} s, seed ${report.seed}`,
    '',
    '| Failures | Assumptions not shared | Flaky | Silenced | Cases not reached |',
    '| ---: | ---: | ---: | ---: | ---: |',
    `| ${totals.failures} | ${totals.assumptions} | ${totals.flaky} | ${totals.silenced} | ${totals.notReached} |`,
    '',
    ...section('Documented promises that the server breaks', causesOf(report.failures)),
    ...list('Assumptions that the server does not share', kindsOf(report.assumptions)),
    ...list('Flaky', causesOf(report.flaky)),
    ...notReached(report),
  ].join('\n')
  return masked(text, secrets)
}

function section(title: string, causes: readonly Cause[]): string[] {
  if (causes.length === 0) return []
  const more = causes.length - CAUSES_SHOWN
  return [
    `### ${title}`,
    '',
    ...causes
      .slice(0, CAUSES_SHOWN)
      .flatMap((cause) => [
        '<details>',
        `<summary>${headline(cause)}</summary>`,
        '',
        ...details(cause.first),
        '</details>',
        '',
      ]),
    ...(more > 0 ? [`… and ${more} more`, ''] : []),
  ]
}

function details({ api, pointer, example }: Finding): string[] {
  const fence = '`'.repeat(Math.max(3, ...example.curls.map((curl) => (/`+/.exec(curl)?.[0].length ?? 0) + 1)))
  return [
    `- spec: <code>${escaped(`${api}#${pointer}`)}</code>`,
    `- expected: ${code(example.expected)}`,
    `- got: ${code(example.got)}`,
    `- case: ${code(example.caseId)}`,
    '',
    `${fence}sh`,
    ...example.curls,
    fence,
    '',
  ]
}

function list(title: string, causes: readonly Cause[]): string[] {
  return causes.length === 0 ? [] : [`### ${title}`, '', ...causes.map((cause) => `- ${headline(cause)}`), '']
}

function notReached({ notReached: cases }: Report): string[] {
  const reasons = new Map<string, number>()
  for (const { reason } of cases) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  if (reasons.size === 0) return []
  return ['### Not reached', '', ...[...reasons].map(([reason, count]) => `- ${count} × ${escaped(reason)}`), '']
}

function headline(cause: Cause): string {
  const alike = cause.findings.length > 1 ? ` (and ${cause.findings.length - 1} alike)` : ''
  return `<b>${cause.check}</b> ${escaped(operationsText(cause))}: ${escaped(cause.first.title)}${alike}`
}

function code(text: string): string {
  return `<code>${escaped(text.length > 300 ? `${text.slice(0, 300)}…` : text)}</code>`
}

/** Nothing that the server sent becomes markup. */
function escaped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[&<>"`*_[\]|\\~]/g, (character) => `&#${character.charCodeAt(0)};`)
}
