/**
 * What the kit makes of documents: `npm run corpus -- DIR…`. One line for each, and at the end what they have together. Exits with 1
 * when one does not load, hangs, or gets an answer that is an error of the mock; `--strict` adds what breaks a document.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Conformance, type Measurement, unmeasured } from './measurement.ts'

const HELP = `npm run corpus -- [options] <folder or file…>

  --conform <s>   run the conformance suite against each mock, too, for as long as that
  --strict        answers that break their document and what conform finds are failures, too
  --details       say what failed, and which answers broke their document
  --json <file>   write all measurements
  --timeout <s>   how long one document may take (default 60)
`

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    conform: { type: 'string' },
    strict: { type: 'boolean', default: false },
    details: { type: 'boolean', default: false },
    json: { type: 'string' },
    timeout: { type: 'string', default: '60' },
    help: { type: 'boolean', default: false },
  },
})

const missing = positionals.find((path) => !existsSync(path))

if (flags.help || positionals.length === 0) process.stdout.write(HELP)
else if (missing !== undefined) {
  process.stderr.write(`corpus: ${missing} does not exist: name a file or a folder of documents\n`)
  process.exitCode = 2
} else await main(positionals.flatMap(documentsBelow))

async function main(files: readonly string[]): Promise<void> {
  const measurements: Measurement[] = []
  let child = startWorker()
  for (const file of files) {
    const measurement = await measured(child, file)
    measurements.push(measurement)
    process.stdout.write(`${lineOf(measurement)}\n`)
    if (flags.details) for (const line of detailsOf(measurement)) process.stdout.write(`    ${line}\n`)
    if (!child.connected) child = startWorker()
  }
  child.disconnect()
  process.stdout.write(`${totalsOf(measurements)}\n`)
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(measurements, undefined, 2)}\n`)
  process.exitCode = measurements.every(isGood) ? 0 : 1
}

function isGood({ problem, failed, violations, conform }: Measurement): boolean {
  if (problem !== undefined || failed.length > 0) return false
  return !flags.strict || (violations.length === 0 && (conform?.findings.length ?? 0) === 0)
}

/** Files that say that they are OpenAPI. */
function documentsBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => {
      const below = join(path, name)
      if (statSync(below).isDirectory()) return documentsBelow(below)
      const isDocument = /\.(?:ya?ml|json)$/.test(name) && isOpenApi(readFileSync(below, 'utf8'))
      return isDocument ? [below] : []
    })
}

function isOpenApi(text: string): boolean {
  return /^\s*\{?\s*["']?(?:openapi|swagger)["']?\s*:\s*["']?\d/m.test(text)
}

function startWorker(): ChildProcess {
  return fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

/** The worker's measurement; a worker that takes too long or dies is ended, and that is the problem of its document. */
function measured(child: ChildProcess, file: string): Promise<Measurement> {
  return new Promise((resolve) => {
    const end = (measurement: Measurement, kills: boolean): void => {
      clearTimeout(timer)
      child.removeAllListeners()
      if (kills) {
        child.disconnect()
        child.kill('SIGKILL')
      }
      resolve(measurement)
    }
    const problem = (text: string): Measurement => ({ file, ...unmeasured, problem: text })
    const timer = setTimeout(
      () => end(problem(`takes longer than ${flags.timeout} s`), true),
      Number(flags.timeout) * 1000,
    )
    child.once('exit', (code) => end(problem(`ended the process with ${code}`), false))
    child.once('message', (message: { readonly measurement?: Measurement; readonly error?: string }) =>
      end(message.measurement ?? problem(message.error ?? ''), false),
    )
    child.send({ file, ...(flags.conform !== undefined && { conformMs: Number(flags.conform) * 1000 }) })
  })
}

function lineOf(measurement: Measurement): string {
  const { file, problem, version, notes, operations, valid, refused, unsent, failed, violations } = measurement
  if (problem !== undefined) return `FAILED ${file}: ${problem}`
  const { readable, created, startMs, heapMib, conform } = measurement
  return [
    `${version} ${file}: ${operations} operations, ${notes} notes`,
    `valid ${valid}, refused ${refused}, unsent ${unsent}, failed ${failed.length}, violations ${violations.length}`,
    `readable ${readable} of ${created}`,
    `${Math.round(startMs)} ms, ${Math.round(heapMib)} MiB`,
    ...(conform ? [conformLineOf(conform)] : []),
  ].join('; ')
}

function conformLineOf({ findings, cases, notReached, durationMs, interrupted }: Conformance): string {
  const time = `${(durationMs / 1000).toFixed(1)} s${interrupted ? ', interrupted' : ''}`
  return `conform: ${findings.length} findings, ${cases} cases, ${notReached} not reached, ${time}`
}

function detailsOf({ failed, violations, conform }: Measurement): string[] {
  return [
    ...failed.map((text) => `failed: ${text}`),
    ...violations.map((text) => `violation: ${text}`),
    ...(conform?.findings ?? []).map((text) => `finding: ${text}`),
  ]
}

function totalsOf(measurements: readonly Measurement[]): string {
  const loaded = measurements.filter(({ problem }) => problem === undefined)
  const sum = (count: (measurement: Measurement) => number): number =>
    loaded.reduce((total, measurement) => total + count(measurement), 0)
  return [
    `${loaded.length} of ${measurements.length} documents load, ${sum(({ operations }) => operations)} operations`,
    `valid ${sum(({ valid }) => valid)}, refused ${sum(({ refused }) => refused)}, unsent ${sum(({ unsent }) => unsent)}`,
    `failed ${sum(({ failed }) => failed.length)}, violations ${sum(({ violations }) => violations.length)}`,
    `readable ${sum(({ readable }) => readable)} of ${sum(({ created }) => created)}`,
    ...(flags.conform === undefined ? [] : [`${sum(({ conform }) => conform?.findings.length ?? 0)} findings`]),
  ].join('; ')
}
