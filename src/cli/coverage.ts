import { Command, InvalidArgumentError } from 'commander'
import { UnderstudyError } from '../errors.ts'
import { coverageTable } from '../mock/session/coverage-table.ts'
import type { CoverageReport } from '../mock/session/coverage.ts'
import { baseUrl } from './options.ts'

const TIMEOUT_MS = 10_000

interface CoverageOptions {
  readonly baseUrl: string
  readonly min?: number
  readonly api?: string
  readonly json?: boolean
}

export function coverageCommand(): Command {
  return new Command('coverage')
    .description('show which operations, statuses, parameters and enum values of a running mock or proxy were used')
    .requiredOption('--base-url <url>', 'the mock', baseUrl)
    .option('--min <percent>', 'exit 1 below this share', percentage)
    .option('--api <name>', 'only this API')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  understudy coverage --base-url http://127.0.0.1:4010
  understudy coverage --base-url http://127.0.0.1:4010 --api polis --min 80

Exit codes: 0 as expected, 1 below the minimum, 2 wrong usage, 3 the mock can't be reached.`,
    )
    .action(async ({ baseUrl, min, api, json }: CoverageOptions) => {
      const report = await fetchCoverage(baseUrl, api)
      process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : coverageTable(report))
      if (min === undefined || report.percent >= min) return
      process.stderr.write(`understudy: ${report.percent.toFixed(1)} % is less than ${min} %\n`)
      process.exitCode = 1
    })
}

async function fetchCoverage(baseUrl: string, api: string | undefined): Promise<CoverageReport> {
  const url = `${baseUrl.replace(/\/+$/, '')}/__mock/coverage${api === undefined ? '' : `?api=${encodeURIComponent(api)}`}`
  const { status, body } = await getJson(url)
  if (status === 400) throw new UnderstudyError('API_UNKNOWN', `${baseUrl} serves no API ${JSON.stringify(api)}`)
  if (!isReport(body))
    throw new UnderstudyError(
      'TARGET_UNREACHABLE',
      `answered ${status}, but not as the control plane of a mock does`,
      url,
    )
  return body
}

async function getJson(url: string): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: 'application/json' },
    })
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined }
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } }
    throw new UnderstudyError('TARGET_UNREACHABLE', `can't be reached (${cause?.code ?? message})`, url)
  }
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
