import type { ReportFile } from './options.ts'
import { conformSuites } from '../conform/report/conform-suites.ts'
import { reportCtrf } from '../conform/report/ctrf.ts'
import type { HarRecorder } from '../conform/report/har.ts'
import { reportHtml } from '../conform/report/html.ts'
import { reportJson } from '../conform/report/json.ts'
import { junitOf } from '../conform/report/junit.ts'
import { reportMarkdown } from '../conform/report/markdown.ts'
import type { Report } from '../conform/report/report.ts'
import { reportSarif } from '../conform/report/sarif.ts'
import type { ApiUnderTest } from '../conform/run/api-under-test.ts'
import { machineNow } from '../store/clock.ts'

/** The files that a run is to leave behind. */
export interface ReportOptions {
  readonly junit?: string
  readonly json?: string
  readonly html?: string
  readonly summary?: string
  readonly sarif?: string
  readonly ctrf?: string
  readonly har?: string
}

/** What is written into each of them. */
export function reportFiles(
  report: Report,
  apisUnderTest: readonly ApiUnderTest[],
  { junit, json, html, summary, sarif, ctrf, har }: ReportOptions,
  recorder: HarRecorder | undefined,
): ReportFile[] {
  const secrets = Object.assign({}, ...apisUnderTest.map(({ target }) => target.secrets)) as Record<string, string>
  const apis = apisUnderTest.map(({ api }) => api)
  return [
    [junit, () => junitOf(conformSuites(report))],
    [json, () => reportJson(report, secrets)],
    [html, () => reportHtml(report, apis, secrets)],
    [summary, () => reportMarkdown(report, secrets)],
    [sarif, () => reportSarif(report, apis, secrets)],
    [ctrf, () => reportCtrf(report, machineNow(), secrets)],
    [har, () => recorder?.text(secrets) ?? ''],
  ]
}
