import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../src/index.ts'
import { rulesFor } from '../src/apis/load.ts'
import { operationTable } from '../src/cli/operation-table.ts'
import { ownSpecs } from '../src/paths.ts'
import { loadApis } from '../src/openapi/load.ts'
import { markdownTable } from '../src/cli/list.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

interface Session {
  readonly command: string
  /** Lines of output that must appear in this order; `…` stands for anything. */
  readonly output: readonly string[]
}

const sessions = [...readme.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) => sessionsIn(block ?? ''))

/** What a test can't play as it stands: another server, another's files, or a build that runs as we speak. */
const elsewhere = /^(?:npm |PACT_BROKER_TOKEN|export )|--target|pacts\/|understudy (?:proxy|serve)/

let mock: Understudy
let folder: string

beforeAll(async () => {
  mock = await createUnderstudy()
  folder = mkdtempSync(join(tmpdir(), 'understudy-readme-'))
  for (const name of ['fixtures', 'openapi', 'contracts']) symlinkSync(join(root, name), join(folder, name))
})
afterAll(() => mock.close())

describe('the commands of the README do what it says', () => {
  test.each(sessions.filter(({ command }) => !elsewhere.test(command)))('$command', async ({ command, output }) => {
    const cli = `${process.execPath} ${join(root, 'dist', 'cli.js')}`
    const script = command.replaceAll('http://127.0.0.1:4010', mock.url).replaceAll('npx understudy', cli)
    const { stdout } = await run('bash', ['-c', script], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
    let from = 0
    for (const line of output) {
      const pattern = line.replaceAll('http://127.0.0.1:4010', mock.url).split('…').map(escaped).join('.*')
      const found = new RegExp(pattern).exec(stdout.slice(from))
      expect({ line, found: found !== null, stdout: found ? '' : stdout }).toMatchObject({ found: true })
      from += (found?.index ?? 0) + (found?.[0].length ?? 0)
    }
  })
})

test('its table of operations is the one that `understudy list --markdown` prints', async () => {
  const tables = await Promise.all(loadApis(ownSpecs).map(async (api) => operationTable(api, await rulesFor(api))))
  const [, table] = /<!-- operations -->\n([\s\S]*?)<!-- \/operations -->/.exec(readme) ?? []
  expect(table).toBe(`\n${markdownTable(tables.flat())}\n`)
})

test('every script that it names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const [, name] of readme.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([name ?? ''])
})

function sessionsIn(block: string): Session[] {
  const found: { command: string; output: string[] }[] = []
  for (const line of block.split('\n')) {
    const last = found.at(-1)
    if (line.startsWith('$ ')) found.push({ command: line.slice(2), output: [] })
    else if (last?.command.endsWith('\\') && last.output.length === 0) last.command += `\n${line}`
    else if (line !== '') last?.output.push(line)
  }
  return found
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
