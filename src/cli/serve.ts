import { Command, InvalidArgumentError, Option } from 'commander'
import type { DelayRange } from '../mock/server/delay.ts'
import { printable } from '../output/printable.ts'
import { announceAddresses } from './announce-addresses.ts'
import { styleText } from 'node:util'
import type { RequestListener } from '../mock/server/request-event.ts'
import type { Understudy } from '../library/in-process.ts'
import { createUnderstudy } from '../understudy.ts'
import type { UnderstudyOptions } from '../assembly/understudy-options.ts'
import { type LogMode, logModes, requestListener } from './request-lines.ts'
import { reloadLines } from './reload-lines.ts'
import { certificateOf, type HttpsOptions, trustHint } from './https-option.ts'
import {
  allowHostOption,
  corsOption,
  documentsArgument,
  exitCodes,
  fixturesOption,
  withDocumentOptions,
  wholeNumber,
} from './options.ts'

const DEFAULT_PORT = 4010
/** What is under way when a signal comes gets this long. */
const GRACE_MS = 2000
const MAX_PORT = 65_535
const MAX_RECORDS = 1_000_000

interface ServeOptions
  extends Omit<UnderstudyOptions, 'apis' | 'listen' | 'rules' | 'snapshotFile' | 'onRequest' | 'https'>, HttpsOptions {
  readonly snapshot?: string
  readonly allowHost?: readonly string[]
  readonly log?: LogMode
  readonly watch?: boolean
  readonly rules?: string
  readonly delay?: DelayRange
}

export function serveCommand(): Command {
  return withDocumentOptions(new Command('serve'))
    .description('start the mock server for all APIs or for some')
    .argument('[api...]', `${documentsArgument}; default: all`)
    .option('--port <n>', 'port to listen on; 0 picks a free one', wholeNumber(0, MAX_PORT), DEFAULT_PORT)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(allowHostOption())
    .addOption(corsOption())
    .option('--no-cors', 'let no page of another origin call the mock')
    .option('--rules <dir>', 'folder with handlers of your own by operationId: <api>.js, .mjs or .ts')
    .option('--delay <a..b>', 'delay of each response in milliseconds, from a to b', delayRange)
    .option('--watch', 'reload documents, fixtures and rules when they change, and keep the state')
    .option('--https', 'serve HTTPS (and HTTP/2) with a certificate for localhost that is created once')
    .option('--cert <file>', 'certificate for HTTPS, as a PEM file')
    .option('--key <file>', 'private key of the certificate, as a PEM file')
    .option('--seed <n>', 'seed of ids and generated data', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--now <iso>', 'freeze the clock at this time, such as 2026-01-01T00:00:00Z')
    .option(
      '--records <n>',
      'rows to generate for each collection, besides the fixtures',
      wholeNumber(0, MAX_RECORDS),
      0,
    )
    .option(
      '--snapshot <file>',
      'start from the rows, ids, seed, clock and faults in this file if it exists, and save them on shutdown',
    )
    .option('--max-sessions <n>', 'how many sessions may exist at once', wholeNumber(1, 1_000_000), 20_000)
    .option('--session-minutes <n>', 'minutes after which an unused session is deleted', wholeNumber(1, 100_000), 60)
    .option(
      '--journal-entries <n>',
      'how many requests the journal of a session keeps; 0 turns it off',
      wholeNumber(0, 1_000_000),
      1000,
    )
    .option(
      '--journal-bytes <n>',
      'how many bytes the journal of a session may take',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
      16_777_216,
    )
    .addOption(
      new Option(
        '--log <mode>',
        'which requests to print a line for; json prints objects; default: all on a terminal',
      ).choices(logModes),
    )
    .addOption(fixturesOption())
    .addHelpText(
      'after',
      `
Examples:
  understudy serve
  understudy serve regit polis --port 8080
  understudy serve --now 2026-03-01T12:00:00Z --seed 7
  understudy serve --log refused
  understudy serve --snapshot world.json --session-minutes 10
  understudy serve petstore.yaml
  understudy serve --openapi ./specs --fixtures ./fixtures
${exitCodes}`,
    )
    .action(
      async (
        apis: string[],
        { snapshot, allowHost, log, watch, rules, delay, https, cert, key, ...options }: ServeOptions,
      ) => {
        const certificate = await certificateOf({ https, cert, key })
        const onRequest = listenerFor(log)
        const mock = await start(watch, {
          ...options,
          apis,
          now: options.now ?? 'real',
          ...(certificate && { https: certificate }),
          ...(onRequest && { onRequest }),
          ...(rules !== undefined && { rulesFolder: rules, onRuleError: printRuleError }),
          ...(delay && { delayMs: delay }),
          ...(allowHost && { allowHosts: allowHost }),
          ...(snapshot !== undefined && { snapshotFile: snapshot }),
        })
        // What was asked for on the command line counts more than the clock of the file.
        if (options.now !== undefined) mock.clock.set(options.now)
        closeOnSignals(mock)
        announceAddresses(mock.url, options.host)
        process.stdout.write(greeting(mock, certificate && (await trustHint(certificate))))
      },
    )
}

async function start(isWatched: boolean | undefined, options: UnderstudyOptions): Promise<Understudy> {
  if (!isWatched) return createUnderstudy(options)
  const { watchUnderstudy } = await import('../assembly/watch.ts')
  return watchUnderstudy(options, (reloaded) => {
    const stream = reloaded.kind === 'served' ? process.stdout : process.stderr
    stream.write(reloadLines(reloaded))
  })
}

function printRuleError(message: string): void {
  process.stderr.write(`understudy: ${printable(message)}\n`)
}

/** `200..800`, or `300` for always the same. */
function delayRange(text: string): DelayRange {
  const [, min, max = min] = /^(\d{1,7})(?:\.\.(\d{1,7}))?$/.exec(text) ?? []
  if (min === undefined) throw new InvalidArgumentError('It must be milliseconds such as 200..800.')
  return { min: Number(min), max: Number(max) }
}

/** The first line is for scripts: nothing but the base URL follows its last blank. */
function greeting(mock: Understudy, trust = ''): string {
  const bold = (text: string): string => (hasColours() ? styleText('bold', text) : text)
  const width = Math.max(...mock.apis.map(({ name }) => name.length))
  const apis = mock.apis.map(({ name, bases }) => {
    const urls = bases.map((base) => mock.url + base).join(', ')
    return `    ${name.padEnd(width)}  ${urls}  docs: ${mock.url}/docs/${encodeURIComponent(name)}`
  })
  return [
    `Understudy is ready at ${bold(mock.url)}`,
    '  APIs',
    ...apis,
    ...notesLine(mock),
    `  Docs           ${mock.url}/docs`,
    `  Credentials    ${mock.url}/__mock/credentials`,
    `  Control plane  ${mock.url}/__mock/openapi.json`,
    `${trust}Ctrl-C ends it.`,
    '',
  ].join('\n')
}

function listenerFor(mode: LogMode = process.stdout.isTTY ? 'all' : 'none'): RequestListener | undefined {
  return requestListener({ mode, colours: hasColours() }, (line) => void process.stdout.write(line))
}

/** https://no-color.org: a variable that is not empty. */
function hasColours(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR']
}

function closeOnSignals(mock: Understudy): void {
  const close = (): void =>
    void mock.close({ graceMs: GRACE_MS }).catch((error: unknown) => {
      process.stderr.write(`understudy: ${(error as Error).message}\n`)
      process.exitCode = 2
    })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close)
}

/** What was set aside is never silent, and one line is enough of it. */
function notesLine({ apis }: Understudy): string[] {
  const counts = apis.filter(({ notes }) => notes.length > 0).map(({ name, notes }) => `${notes.length} on ${name}`)
  return counts.length === 0 ? [] : [`  Notes          ${counts.join(', ')}; understudy list --notes shows them`]
}
