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

/** What `serve` has loaded when it answers. */
async function packagesOf(...args: string[]): Promise<Set<string>> {
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
  const names = [...errors.matchAll(/node_modules\/((?:@[^/]+\/)?[^/\n]+)/g)].map(([, name = '']) => name)
  return new Set(names)
}

test('a start of serve loads nothing that a mock does not need', async () => {
  const loaded = await packagesOf()
  expect(loaded).toContain('fastify')
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
