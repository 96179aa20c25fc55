import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'understudy-modules-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Tells every module that a process loads, by `import` or `require`, on its standard error. */
const witness = join(folder, 'witness.mjs')
writeFileSync(
  witness,
  `import module, { register } from 'node:module'
  const original = module._resolveFilename
  module._resolveFilename = function (...given) {
    const file = original.apply(this, given)
    process._rawDebug('loaded ' + file)
    return file
  }
  register('data:text/javascript,' + encodeURIComponent(\`export async function load(url, context, next) {
    process._rawDebug('loaded ' + url)
    return next(url, context)
  }\`))`,
)

/** The files that `serve` has loaded when it has answered. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
  const child = spawn(process.execPath, ['--import', witness, cli, 'serve', '--port', '0', ...args])
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const url = await new Promise<string>((resolve) => {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const ready = /ready at (\S+)/.exec(output)?.[1]
      if (ready !== undefined) resolve(ready)
    })
  })
  await (await fetch(`${url}/v2/interactions`)).text()
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('close', resolve))
  return [...errors.matchAll(/^loaded (.*[/\\].*)$/gm)].map(([, file = '']) => file)
}

function packageOf(file: string): string | undefined {
  return /node_modules\/((?:@[^/]+\/)?[^/\n]+)/.exec(file)?.[1]
}

test('a start of serve loads nothing that a mock does not need', async () => {
  const files = await loadedBy()
  const loaded = new Set(files.map(packageOf))
  expect(files.some((file) => file.includes('/dist/bundle/'))).toBe(true)
  const heavy = [
    '@pact-foundation/pact',
    '@pactflow/openapi-pact-comparator',
    '@faker-js/faker',
    'fast-check',
    '@readme/httpsnippet',
    'fast-xml-parser',
    'randexp',
    'selfsigned',
    'chokidar',
    'json-p3',
    'marked',
  ]
  expect(heavy.filter((name) => loaded.has(name))).toEqual([])
})

test('a start of serve reads few files', async () => {
  const files = new Set((await loadedBy()).filter((file) => !file.startsWith('node:')))
  expect(files.size).toBeLessThan(60)
})
