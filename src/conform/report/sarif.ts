import { relative } from 'node:path'
import type { Log, Result } from 'sarif'
import type { Api } from '../../openapi/api.ts'
import { version } from '../../version.ts'
import { checks, type CheckId } from '../check.ts'
import { masked, type Secrets } from './curl.ts'
import type { Finding, Report } from './report.ts'

/**
 * The report as SARIF 2.1.0 (OASIS, `--sarif FILE`) for code scanning: a result for each finding, at the place of the document that
 * it breaks. Silenced findings are suppressed results; what was flaky is left out.
 */
export function reportSarif(report: Report, apis: readonly Api[], secrets: Secrets = {}): string {
  const ids = Object.keys(checks) as CheckId[]
  const findings = [...report.failures, ...report.assumptions, ...report.silenced]
  const sarif: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'understudy',
            version,
            rules: ids.map((id) => ({ id, shortDescription: { text: checks[id] } })),
          },
        },
        results: findings.map((finding) => result(finding, ids, apis, report)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  }
  const hide = (_: string, value: unknown): unknown => (typeof value === 'string' ? masked(value, secrets) : value)
  return `${JSON.stringify(sarif, hide, 2)}\n`
}

function result(finding: Finding, ids: readonly CheckId[], apis: readonly Api[], report: Report): Result {
  const { key, check, tier, title, api, operation, pointer, why, example } = finding
  const document = apis.find(({ name }) => name === api)
  const place = document?.placeOf(pointer)
  const isFailure = tier === 'documented' || report.strict
  return {
    ruleId: check,
    ruleIndex: ids.indexOf(check),
    level: isFailure ? 'error' : 'note',
    message: {
      text: [
        `${operation ?? api}: ${title}`,
        `expected: ${example.expected}`,
        `got: ${example.got}`,
        ...(why === undefined ? [] : [`assumed: ${why}`]),
        ...example.curls,
      ].join('\n'),
    },
    locations: [
      {
        ...(place !== undefined && { physicalLocation: { artifactLocation: { uri: uriOf(place.file) } } }),
        logicalLocations: [{ fullyQualifiedName: `${api}#${place?.pointer ?? pointer}`, kind: 'element' }],
      },
    ],
    partialFingerprints: { 'understudyKey/v1': key },
    ...(report.silenced.includes(finding) && { suppressions: [{ kind: 'external' }] }),
  }
}

/** Relative to where the command runs, as code scanning wants it. */
function uriOf(file: string): string {
  const path = relative(process.cwd(), file)
  return (path.startsWith('..') ? file : path).split(/[\\/]/).map(encodeURIComponent).join('/')
}
