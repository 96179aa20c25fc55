import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../src/index.ts'
import { rulesFor } from '../src/apis/load.ts'
import { operationTable } from '../src/cli/operation-table.ts'
import { ownSpecs } from '../src/paths.ts'
import { loadApis } from '../src/openapi/load.ts'
import { markdownTable } from '../src/cli/list.ts'
import { killAll, started } from './support/cli.ts'
import { folderWith, petsFolders } from './support/pets.ts'

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

describe('the servers of the README', () => {
  afterEach(killAll)

  test.each(sessions.filter(({ command }) => / serve\b/.test(command)).map(({ command }) => command))(
    '%s starts, answers and ends by Ctrl-C',
    async (command) => {
      const options = command.replace(/^npx understudy /, '').replace(/ --port \d+/, '')
      const serve = await started(...placed(options.split(' ')), '--port', '0')
      expect((await fetch(`${serve.url}/__mock/health`)).status).toBe(200)
      const { code, stdout, stderr } = await serve.end()
      expect(stdout).toMatch(/^Understudy is ready at http:\/\/127\.0\.0\.1:\d+\n/)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    },
  )

  test('a log of what was refused reads as it shows', async () => {
    const shown = /^12:00:01 .*$/m.exec(readme)?.[0] ?? ''
    const serve = await started('serve', 'polis', '--port', '0', '--log', 'refused')
    await fetch(`${serve.url}/v2/interactions`)
    const { stdout } = await serve.end()
    const pattern = escaped(shown.replace(/\[…\]$/, ''))
      .replace('12:00:01', String.raw`\d\d:\d\d:\d\d`)
      .replace(/[\d\\.]+ ms/, String.raw`[\d.]+ ms`)
    expect(stdout).toMatch(new RegExp(`^${pattern}`, 'm'))
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

/** Folders of a user, where it names some. */
function placed(options: readonly string[]): string[] {
  const { openapi, fixtures } = petsFolders()
  const rules = folderWith({
    'pets.js': 'export default { listPets: () => ({ status: 200, body: { items: [], total: 0 } }) }',
  })
  const folders: Readonly<Record<string, string>> = { './specs': openapi, './fixtures': fixtures, './rules': rules }
  return options.map((option) => folders[option] ?? option)
}

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
