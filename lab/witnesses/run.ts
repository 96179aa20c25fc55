import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createUnderstudy } from '../../src/index.ts'
import { ownContracts, ownSpecs, packageFolder } from '../../src/paths.ts'
import { playContracts } from './contracts.ts'
import { startRecorder, type RecordedExchange } from './recorder.ts'

/** The tools of others that read what we publish: each says what it found, and one that disagrees ends the run with exit code 1. */
const folder = fileURLToPath(new URL('.', import.meta.url))
const generated = join(folder, '.generated')
const apis = ['regit', 'polis', 'cloud-payments', 'digitalchalk', 'dialogportal']
let failed = 0

interface Said {
  readonly code: number
  readonly text: string
}

/** Runs a program of the folder; `node_modules/.bin` comes first. */
function run(command: string, args: readonly string[], cwd = folder): Promise<Said> {
  const path = `${join(folder, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
  const env = { ...process.env, PATH: path, PACT_DO_NOT_TRACK: 'true', NO_COLOR: '1' }
  return new Promise((resolve) =>
    execFile(command, args, { cwd, env, maxBuffer: 2 ** 28 }, (error, out, problems) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: out + problems }),
    ),
  )
}

async function step(name: string, play: () => Promise<Said>): Promise<void> {
  const began = Date.now()
  const { code, text } = await play()
  const lines = text.trim().split('\n')
  const isFine = code === 0
  if (!isFine) failed++
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  console.log(
    `${isFine ? 'ok     ' : 'FAILED '} ${name} (${seconds} s): ${isFine ? (lines.at(-1) ?? '') : `\n${text.trim()}`}`,
  )
}

function versionOf(name: string): string {
  const source = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
  return `${name} ${(JSON.parse(source) as { version: string }).version}`
}

/** `npm ci` where the lock is another than that of the last time. */
async function install(): Promise<Said> {
  const lock = createHash('sha1')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')
  const mark = join(folder, 'node_modules/.understudy-lock')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return { code: 0, text: 'installed before' }
  const said = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  if (said.code === 0) writeFileSync(mark, lock)
  return said
}

async function record(): Promise<string> {
  const exchanges: RecordedExchange[] = []
  for (const api of apis) {
    const mock = await createUnderstudy({ apis: [api], now: 'real' })
    const recorder = await startRecorder(mock.url, api)
    await run('node', [join(packageFolder, 'dist/cli.js'), 'conform', api, '--base-url', recorder.url], packageFolder)
    exchanges.push(...recorder.exchanges())
    await recorder.close()
    await mock.close()
  }
  const file = join(generated, 'recording.jsonl')
  writeFileSync(file, exchanges.map((exchange) => JSON.stringify(exchange)).join('\n'))
  return file
}

async function callThrough(generate: (api: string) => Promise<Said>, story: string): Promise<Said> {
  for (const api of apis) {
    const made = await generate(api)
    if (made.code !== 0) return made
  }
  const typed = await run('tsc', ['-p', join(folder, 'clients/tsconfig.json')])
  if (typed.code !== 0) return typed
  const mock = await createUnderstudy({ now: 'real' })
  try {
    const tsx = join(packageFolder, 'node_modules/.bin/tsx')
    return await run(tsx, [join(folder, 'clients', story), mock.url])
  } finally {
    await mock.close()
  }
}

const documentOf = (api: string): string => join(ownSpecs, `${api}.yaml`)

await step('npm ci in lab/witnesses', install)
rmSync(generated, { recursive: true, force: true })
for (const name of ['openapi-typescript', 'hey-api']) mkdirSync(join(generated, name), { recursive: true })
await step(`official schemas, ${versionOf('@hyperjump/json-schema')}`, () => run('node', ['schemas.mjs', ownSpecs]))
await step(versionOf('@stoplight/spectral-cli'), async () => {
  const files = apis.flatMap((api) => [documentOf(api), join(ownSpecs, `${api}.arazzo.yaml`)])
  const said = await run('spectral', ['lint', '-r', 'spectral.yaml', '-F', 'warn', ...files])
  return said.code === 0 ? { code: 0, text: `${files.length} documents, no finding` } : said
})
await step(`${versionOf('openapi-backend')} and ${versionOf('express-openapi-validator')}`, async () =>
  run('node', ['validators.mjs', ownSpecs, await record(), 'allowed.json']),
)
// Both clients are generated before the compiler looks at the stories.
const heyApi = (api: string): Promise<Said> =>
  run('openapi-ts', ['-i', documentOf(api), '-o', join(generated, 'hey-api', api), '-s'])
const types = (api: string): Promise<Said> =>
  run('openapi-typescript', [documentOf(api), '-o', join(generated, 'openapi-typescript', `${api}.ts`)])
await step(`${versionOf('@hey-api/openapi-ts')}, tsc, client`, async () => {
  for (const api of apis) await types(api)
  return callThrough(heyApi, 'hey-api.ts')
})
await step(`${versionOf('openapi-typescript')}, tsc, ${versionOf('openapi-fetch')}`, () =>
  callThrough(types, 'openapi-fetch.ts'),
)
await step(`pact-verifier of ${versionOf('@pact-foundation/pact-cli')}`, () => playContracts(apis, ownContracts, run))
process.exitCode = failed > 0 ? 1 : 0
