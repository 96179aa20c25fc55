import { Command } from 'commander'
import { exitCodeOf, mutationHtml, mutationJson, mutationSummary } from '../prove/mutation-summary.ts'
import { proveApi, type ProveProgress } from '../prove/prove-api.ts'
import {
  baseUrl,
  type DocumentOptions,
  documentsArgument,
  fixturesOption,
  wholeNumber,
  withDocumentOptions,
  writeReports,
} from './options.ts'

interface ProveCommandOptions extends DocumentOptions {
  readonly baseUrl?: string
  readonly fixtures?: string
  readonly only?: string
  readonly max?: number
  readonly json?: string
  readonly html?: string
}

export function proveCommand(): Command {
  return withDocumentOptions(new Command('prove'))
    .description(
      'add defects derived from a document to its server, and report which of them the conformance suite finds',
    )
    .argument('<api>', documentsArgument)
    .option('--base-url <url>', 'a real server whose responses get the defects; default: the mock', baseUrl)
    .option('--only <text>', 'only defects whose id contains this text')
    .option('--max <n>', 'at most this many defects, spread over all', wholeNumber(1, 1_000_000))
    .option('--json <file>', 'write the report as JSON')
    .option('--html <file>', 'write the report as one page for a browser')
    .addOption(fixturesOption())
    .addHelpText('after', help)
    .action(prove)
}

async function prove(name: string, { max, json, html, ...options }: ProveCommandOptions): Promise<void> {
  const report = await proveApi(name, {
    ...options,
    ...(max !== undefined && { most: max }),
    onProgress: progressOn(process.stderr),
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
  process.stdout.write(mutationSummary(report))
  process.exitCode = writeReports(
    [
      [json, () => mutationJson(report)],
      [html, () => mutationHtml(report)],
    ],
    exitCodeOf(report),
  )
}

/** One line that renews itself on a terminal; elsewhere one for each tenth of the way. */
function progressOn(stream: NodeJS.WriteStream): (progress: ProveProgress) => void {
  let shown = ''
  return ({ doing, done, total, survived }) => {
    const width = Math.max(20, (stream.columns ?? 80) - 1)
    const line = `${done} of ${total}, ${survived} survived: ${doing}`
    if (stream.isTTY) return void stream.write(`\r\u001B[2K${line.slice(0, width)}`)
    const tenth = `${Math.floor((done * 10) / total)} of ${total}`
    if (tenth !== shown) stream.write(`${done} of ${total}, ${survived} survived\n`)
    shown = tenth
  }
}

const help = `
Examples:
  understudy prove polis
  understudy prove petstore.yaml --html prove.html
  understudy prove petstore.yaml --base-url https://staging.example.com --max 200

Defects are made from the document: a property dropped or of another type, a bound that is off by one, credentials that nobody
checks, another status, a write that does nothing, … Findings that the server has without any defect are not counted.

Exit codes: 0 every defect that breaks a documented promise is found, 1 one of them survives, 2 wrong usage or document,
3 the server can't be reached.`
