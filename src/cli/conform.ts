import { existsSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { fixturesFolder, openApisUnderTest } from '../conform/conformance-suite.ts'
import { checks, type CheckId } from '../conform/check.ts'
import type { DifferentialOptions } from '../compare/differential-options.ts'
import type { Report } from '../conform/report/report.ts'
import { readBaseline } from '../conform/run/baseline.ts'
import { startApiThread, type ApiThread } from '../conform/run/api-thread.ts'
import { runConformance } from '../conform/run/run.ts'
import type { RunOptions, ApiUnderTest } from '../conform/run/api-under-test.ts'
import { exitCodeOf } from '../conform/report/exit-code.ts'
import { createHarRecorder } from '../conform/report/har.ts'
import { summaryOf } from '../conform/report/summary.ts'
import { apiWithCase } from '../conform/run/find-case.ts'
import { heedSignals, progressOn } from './conform-progress.ts'
import { optimiseLate } from './optimise-late.ts'
import { reportFiles, type ReportOptions } from './conform-report-files.ts'
import { UnderstudyError } from '../errors.ts'
import {
  caOption,
  fixturesOption,
  insecureOption,
  type DocumentOptions,
  documentsArgument,
  withDocumentOptions,
  type TrustOptions,
  wholeNumber,
  writeReports,
} from './options.ts'
import { fetchRemote } from '../openapi/fetch-remote.ts'
import { ownSpecs } from '../paths.ts'
import { machineNow } from '../store/clock.ts'

interface ConformOptions extends ReportOptions, TrustOptions, DocumentOptions {
  readonly baseUrl?: string
  readonly target?: string
  readonly seed: number
  readonly runId?: number
  readonly only?: readonly CheckId[]
  readonly safe?: boolean
  readonly rate?: number
  readonly maxCases?: number
  readonly random: number
  readonly timeout?: number
  readonly strict?: boolean
  readonly har?: string
  readonly againstMock?: boolean
  readonly steps?: number
  readonly baseline?: string
  readonly case?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly fixtures?: string
}

export function conformCommand(): Command {
  return withDocumentOptions(new Command('conform'))
    .description(
      'run the conformance suite against a server: which documented promises does it keep, which assumptions does it share?',
    )
    .argument('[api...]', `${documentsArgument}: what the server implements; default: all`)
    .option('--base-url <url>', `the server; ids and credentials are those of the fixtures (default: ${DEFAULT_URL})`)
    .option(
      '--target <file>',
      'YAML file that describes a real server: base URL, credentials, ids, what must not be called',
    )
    .option('--seed <n>', 'seed of the random cases; equal seeds send equal requests', wholeNumber(0, 2 ** 31 - 1), 1)
    .option(
      '--run-id <n>',
      'stands in new values on a server that cannot be set back; default: from the clock, as printed at the end',
      wholeNumber(0, 999_999),
    )
    .option('--only <check,…>', 'run only these checks', checkList)
    .option('--safe', 'send only requests that change nothing')
    .option('--rate <n>', 'at most this many requests per second', wholeNumber(1, 100_000))
    .option('--max-cases <n>', 'at most this many cases for each API', wholeNumber(1, 1_000_000))
    .option('--random <n>', 'random cases for each operation and kind', wholeNumber(0, 100_000), 25)
    .option('--timeout <ms>', 'how long to wait for an answer', wholeNumber(1, 600_000))
    .addOption(caOption())
    .addOption(insecureOption())
    .option('--strict', 'also count an assumption that the server does not share as a failure')
    .option('--baseline <file>', 'YAML file of known findings: key, until, reason')
    .option('--against-mock', 'send one sequence of requests to a mock and to the server, and report what differs')
    .option('--steps <n>', 'with --against-mock: requests for each API (default: 300)', wholeNumber(1, 1_000_000))
    .option('--case <id>', 'repeat one case; exit code 1 while it fails')
    .option('--quiet', 'one line for each cause and the verdict')
    .option('--verbose', 'every finding, assumptions too, with every request')
    .option('--junit <file>', 'write the report as JUnit XML')
    .option('--json <file>', 'write the report as JSON')
    .option('--html <file>', 'write the report as one page for a browser')
    .option('--summary <file>', 'write a summary in Markdown, for the page of a CI job')
    .option('--sarif <file>', 'write the findings as SARIF 2.1.0')
    .option('--ctrf <file>', 'write the report in the Common Test Report Format')
    .option(
      '--har <file>',
      'write every request and response as an HTTP Archive; without --base-url and --target: check the exchanges of one',
    )
    .addOption(fixturesOption())
    .addHelpText('after', help)
    .action(conform)
}

async function conform(names: string[], options: ConformOptions): Promise<void> {
  const { har, baseUrl, target } = options
  // An archive takes the place of a server that is not named.
  if (har !== undefined && baseUrl === undefined && target === undefined)
    return (await import('./conform-har.ts')).conformHar(names, { ...options, har })
  checkUsage(options)
  optimiseLate()
  const { timeout, ...rest } = options
  const remote = await fetchRemote(options.openapi ?? ownSpecs, names, options)
  const toOpen = {
    ...rest,
    ...(remote && { remote }),
    ...(options.target === undefined && { baseUrl: options.baseUrl ?? DEFAULT_URL }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
  }
  const thread = isForTwo(names, options) ? startApiThread(names, toOpen) : undefined
  try {
    await conformWith(names, options, openApisUnderTest(names, toOpen), thread)
  } finally {
    thread?.end()
  }
}

/** A second thread is worth its start where there are several APIs; what is recorded or read from standard input stays in one. */
function isForTwo(
  names: readonly string[],
  { har, rate, openapi, case: caseId, againstMock }: ConformOptions,
): boolean {
  const isOne = names.length === 1 || caseId !== undefined || openapi === '-'
  return !isOne && !names.includes('-') && har === undefined && rate === undefined && againstMock !== true
}

async function conformWith(
  names: readonly string[],
  options: ConformOptions,
  all: readonly ApiUnderTest[],
  thread: ApiThread | undefined,
): Promise<void> {
  const { case: caseId, seed, random: randomCases } = options
  const apisUnderTest = caseId === undefined ? all : [apiWithCase(all, caseId, { seed, randomCases })]
  const baseline =
    options.baseline === undefined
      ? undefined
      : readBaseline(options.baseline, new Date(machineNow()).toISOString().slice(0, 10))
  const interruption = heedSignals(process.stderr)
  const recorder = options.har === undefined ? undefined : createHarRecorder()
  const common = {
    seed: options.seed,
    strict: options.strict ?? false,
    ...(options.quiet !== true && { onProgress: progressOn(process.stderr) }),
    signal: interruption.signal,
    ...(recorder && { onExchange: recorder.record }),
    ...(options.rate !== undefined && { rate: options.rate }),
    ...(baseline && { baseline }),
  }
  const report = await reportOf(names, apisUnderTest, common, options, thread).finally(interruption.stop)
  process.stdout.write(
    summaryOf(report, {
      colours: process.stdout.isTTY && !process.env['NO_COLOR'],
      verbose: options.verbose ?? caseId !== undefined,
      quiet: options.quiet ?? false,
      command: commandOf(names, options),
    }),
  )
  const verdict = caseId === undefined ? exitCodeOf(report) : exitCodeOfCase(report)
  process.exitCode = writeReports(reportFiles(report, apisUnderTest, options, recorder), verdict)
}

const DEFAULT_URL = 'http://127.0.0.1:4010'

/** One case again: 1 while it fails, whatever it stands on, and 3 where the server can't be brought to where it begins. */
function exitCodeOfCase(report: Report): number {
  if (report.interrupted || report.limited) return exitCodeOf(report)
  if (report.failures.length + report.assumptions.length > 0) return 1
  return report.totals.notReached > 0 ? 3 : 0
}

/** How the run was started, as far as it says which cases there are. */
function commandOf(
  names: readonly string[],
  { baseUrl, target, openapi, fixtures, seed, random }: ConformOptions,
): string {
  const options = {
    'base-url': baseUrl,
    target,
    openapi,
    fixtures,
    seed: seed === 1 ? undefined : seed,
    random: random === 25 ? undefined : random,
  }
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]))
  return ['understudy conform', ...names, ...given].join(' ')
}

type Common = Pick<RunOptions, 'seed' | 'strict' | 'onProgress' | 'onExchange' | 'signal' | 'rate' | 'baseline'>

function reportOf(
  names: readonly string[],
  apisUnderTest: readonly ApiUnderTest[],
  common: Common,
  options: ConformOptions,
  thread: ApiThread | undefined,
): Promise<Report> {
  const { againstMock: isWalk, steps, only, maxCases, random, runId, case: caseId } = options
  if (isWalk) return againstMock(names, apisUnderTest, { ...common, ...(steps !== undefined && { steps }) }, options)
  const runOptions = {
    ...common,
    randomCases: random,
    ...(only && { only }),
    ...(maxCases !== undefined && { maxCases }),
    ...(caseId !== undefined && { caseId }),
    ...(runId !== undefined && { runId }),
  }
  return runConformance(apisUnderTest, runOptions, thread)
}

function checkUsage({ againstMock, steps, only, maxCases, case: caseId, har, baseUrl, target }: ConformOptions): void {
  if (baseUrl !== undefined && target !== undefined)
    throw new UnderstudyError('USAGE', 'cannot be used with --base-url; give the URL in the file', '--target')
  if (againstMock !== true && steps !== undefined) throw new UnderstudyError('USAGE', 'needs --against-mock', '--steps')
  if (againstMock !== true) return
  if (caseId !== undefined) throw new UnderstudyError('USAGE', 'cannot be used with --against-mock', '--case')
  if (har !== undefined) throw new UnderstudyError('USAGE', 'cannot be used with --against-mock', '--har')
  if (only !== undefined)
    throw new UnderstudyError('USAGE', 'cannot be used with --against-mock, which has one check only', '--only')
  if (maxCases !== undefined)
    throw new UnderstudyError('USAGE', 'cannot be used with --against-mock; give --steps instead', '--max-cases')
}

/** The mock of this process is the reference; its clock is the real one, as that of the server will be. */
async function againstMock(
  names: readonly string[],
  apisUnderTest: readonly ApiUnderTest[],
  options: Omit<DifferentialOptions, 'mockUrl'>,
  { openapi, fixtures, overlay, strictSpec, allowRemote }: ConformOptions,
): Promise<Report> {
  const { createUnderstudy } = await import('../understudy.ts')
  const { runDifferential } = await import('../compare/run.ts')
  const [first] = apisUnderTest
  const folder = first && fixturesFolder(first.api, fixtures)
  const mock = await createUnderstudy({
    apis: names,
    now: 'real',
    ...(openapi !== undefined && { openapi }),
    ...(overlay !== undefined && { overlay }),
    ...(strictSpec !== undefined && { strictSpec }),
    ...(allowRemote !== undefined && { allowRemote }),
    ...(folder !== undefined && existsSync(folder) && { fixtures: folder }),
  })
  try {
    return await runDifferential(apisUnderTest, { ...options, mockUrl: mock.url })
  } finally {
    await mock.close()
  }
}

function checkList(text: string): CheckId[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) throw new InvalidArgumentError('It must name at least one check.')
  const odd = names.find((name) => !(name in checks))
  if (odd !== undefined)
    throw new InvalidArgumentError(`There is no check ${odd}. Known: ${Object.keys(checks).join(', ')}.`)
  return names as CheckId[]
}

const help = `
Examples:
  understudy conform polis --base-url http://127.0.0.1:4010
  understudy conform polis --target polis-staging.yaml --rate 20 --safe --junit report.xml --html report.html
  understudy conform polis --base-url http://127.0.0.1:4010 --against-mock --steps 1000 --seed 7
  understudy conform polis --case 'polis/createInteraction: body.data is missing'
  understudy conform regit digitalchalk --base-url http://127.0.0.1:4010 --only credentials-ignored,invalid-accepted

Checks:
${Object.entries(checks)
  .map(([id, says]) => `  ${id.padEnd(22)} ${says}`)
  .join('\n')}

Exit codes: 0 every documented promise is kept, 1 differences found, 2 wrong usage, spec or target, 3 the target can't be
reached or refuses the credentials, 130 interrupted: after Ctrl-C no further case is sent, what the run has created is deleted, and the
summary and the reports cover what was tried; a second Ctrl-C stops at once.`
