import { Command, InvalidArgumentError } from 'commander'
import { UnderstudyError } from '../errors.ts'
import { coverageTable } from '../mock/session/coverage-table.ts'
import { type CoverageReport, coverageOf } from '../mock/session/coverage.ts'
import { documentFiles } from '../openapi/document-files.ts'
import { askMock, DEFAULT_URL } from './ask-mock.ts'
import { baseUrl, caOption, insecureOption, type TrustOptions } from './options.ts'

interface CoverageOptions extends TrustOptions {
  readonly baseUrl: string
  readonly min?: number
  readonly api?: string
  readonly json?: boolean
}

export function coverageCommand(): Command {
  return new Command('coverage')
    .description('show which operations, statuses, parameters and enum values of a running mock or proxy were used')
    .argument('[api...]', 'APIs of the mock by their name, or by the path of their document; default: all')
    .option('--base-url <url>', 'the mock', baseUrl, DEFAULT_URL)
    .addOption(caOption())
    .addOption(insecureOption())
    .option('--min <percent>', 'exit with 1 below this percentage', percentage)
    .option('--api <name>', 'only this API')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  understudy coverage
  understudy coverage petstore.yaml --min 80
  understudy coverage --base-url http://127.0.0.1:4010 --api polis --min 80

Exit codes: 0 as expected, 1 below the minimum, 2 wrong usage, 3 the mock can't be reached.`,
    )
    .action(async (names: string[], options: CoverageOptions) => {
      const { min, json, api } = options
      const wanted = [...(api === undefined ? [] : [api]), ...names.flatMap(namesOf)]
      const report = await fetchAll(wanted, options)
      process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : coverageTable(report))
      if (min === undefined || report.percent >= min) return
      process.stderr.write(`understudy: ${report.percent.toFixed(1)} % is less than ${min} %\n`)
      process.exitCode = 1
    })
}

/** What a mock calls the documents of a file or folder; any other name is the mock's to know. */
function namesOf(name: string): string[] {
  const isPath = /[/\\]|\.(?:ya?ml|json)$/i.test(name)
  return isPath ? documentFiles('', [name]).map((document) => document.name) : [name]
}

async function fetchAll(names: readonly string[], options: CoverageOptions): Promise<CoverageReport> {
  if (names.length < 2) return fetchCoverage(names[0], options)
  const reports = await Promise.all(names.map((name) => fetchCoverage(name, options)))
  return coverageOf(reports.flatMap(({ operations }) => operations))
}

async function fetchCoverage(api: string | undefined, { baseUrl, ...trust }: CoverageOptions): Promise<CoverageReport> {
  const path = `/__mock/coverage${api === undefined ? '' : `?api=${encodeURIComponent(api)}`}`
  const { status, body } = await askMock(baseUrl, path, trust)
  if (status === 400) throw new UnderstudyError('API_UNKNOWN', `${baseUrl} serves no API ${JSON.stringify(api)}`)
  if (isReport(body)) return body
  const problem = `answered ${status}, but not as the control plane of a mock does`
  throw new UnderstudyError('TARGET_UNREACHABLE', problem, baseUrl.replace(/\/+$/, '') + path)
}

function isReport(body: unknown): body is CoverageReport {
  const { percent, operations } = (body ?? {}) as Partial<CoverageReport>
  return typeof percent === 'number' && Array.isArray(operations)
}

function percentage(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && number >= 0 && number <= 100) return number
  throw new InvalidArgumentError('It must be a percentage from 0 to 100.')
}
