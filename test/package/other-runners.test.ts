import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { killAll, started } from '../support/cli.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const page = (name: string): string => readFileSync(join(root, 'docs', 'recipes', `${name}.md`), 'utf8')
const ownProject = page('own-project')

/** The first block of a language below a heading. */
function block(text: string, language: string, heading = ''): string {
  const from = text.slice(text.indexOf(heading))
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(from)?.[1]
  if (found === undefined) throw new Error(`no ${language} below ${heading}`)
  return found
}

let packed: string

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-runners-'))
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder],
    { cwd: root },
  )
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string }]
  packed = join(folder, filename)
}, 120_000)
afterEach(killAll)

interface Project {
  readonly folder: string
  /** What npm said while it installed. */
  readonly installed: string
}

/** A project of somebody who has installed the packed package, and these packages beside it. */
async function projectWith(
  packages: readonly string[],
  files: Readonly<Record<string, string>>,
  flags: readonly string[] = ['--engine-strict'],
): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-project-'))
  writeFileSync(
    join(folder, 'package.json'),
    '{ "name": "user", "version": "1.0.0", "type": "module", "private": true }',
  )
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const { stdout, stderr } = await run('npm', ['install', ...flags, '--no-audit', '--no-fund', packed, ...packages], {
    cwd: folder,
  })
  return { folder, installed: stdout + stderr }
}

interface Ended {
  readonly code: number | null
  readonly output: string
}

function play(
  folder: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, VITEST: undefined, NO_COLOR: '1', ...env } })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}

const forbidden = `await fetch(session.url + '/v2/interaction')\n  const answer =`

describe('the packed package, installed by npm', () => {
  // Vitest 5 wants a later Node than the one that the clone may run on.
  test.each([
    { version: '4.1.12', beside: [], flags: ['--engine-strict'], node: process.execPath },
    { version: '5.1.2', beside: ['node@22.23.3'], flags: [], node: 'node_modules/node/bin/node' },
  ])(
    'has a fixture that works with Vitest $version',
    async ({ version, beside, flags, node }) => {
      const { folder, installed } = await projectWith(
        [`vitest@${version}`, ...beside],
        {
          'mock.test.js': `import { expect } from 'vitest'
import { test } from 'understudy/vitest'

const interaction = '/v2/interactions/7da76f74-7951-423a-be41-85a2551d16e7'
test('reads', async ({ mock }) => {
  const answer = await fetch(mock.url + interaction, { headers: { authorization: 'Bearer polis-user-a' } })
  expect(answer.status).toBe(200)
  expect(mock).toHaveReceived({ operationId: 'getInteraction', count: 1 })
})
test('sends what the spec forbids', async ({ mock }) => {
  await fetch(mock.url + interaction)
})
`,
        },
        flags,
      )
      if (flags.length > 0) expect(installed).not.toMatch(/warn/i)
      const { code, output } = await play(folder, node, ['node_modules/vitest/vitest.mjs', 'run'])
      expect(output).toMatch(/Tests\s+1 failed \| 1 passed/)
      expect(output).toContain('sends what the spec forbids')
      expect(code).toBe(1)
    },
    240_000,
  )

  test('works with Jest as the recipe shows, and fails a test that sends what the specs forbid', async () => {
    const recipe = block(page('jest'), 'js')
    const { folder } = await projectWith(['jest@30.5.2'], {
      'right.test.js': recipe,
      'careless.test.js': recipe.replace('const answer =', forbidden),
    })
    const { code, output } = await play(folder, process.execPath, [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
    ])
    expect(output).toMatch(/Tests:\s+1 failed, 1 passed/)
    expect(code).toBe(1)
  }, 240_000)

  test('works beside Bun as the recipe shows, and fails a test that sends what the specs forbid', async () => {
    const recipe = block(page('bun'), 'js')
    const careless = recipe.replace('const answer =', forbidden.replace('session.url', 'session.baseUrl'))
    const { folder } = await projectWith(['bun@1.4.5'], { 'right.test.js': recipe, 'careless.test.js': careless })
    const mock = await started('serve', 'polis', '--port', '0')
    const { code, output } = await play(folder, 'node_modules/.bin/bun', ['test'], { MOCK_URL: mock.url })
    expect(output).toMatch(/ 1 pass\n 1 fail\n/)
    expect(code).toBe(1)
  }, 240_000)
})

describe('the recipe for a project of ones own', () => {
  test('has a Compose file whose mock starts, is healthy and is reached by the name of its service', async () => {
    const { services } = parse(block(ownProject, 'yaml', '## Docker Compose')) as {
      services: {
        mock: { command: string; healthcheck: { test: string[] } }
        app: { environment: Record<string, string> }
      }
    }
    const command = services.mock.command.split(' ')
    expect(command.slice(0, 2)).toEqual(['npx', 'understudy'])
    const mock = await started(...command.slice(2), '--port', '0')
    const { port } = new URL(mock.url)
    const [how, program = '', ...args] = services.mock.healthcheck.test
    expect(how).toBe('CMD')
    const healthy = await run(
      program,
      args.map((each) => each.replaceAll('4010', port)),
    )
    expect(healthy.stderr).toBe('')
    const { host } = new URL(services.app.environment['POLIS_BASE_URL'] ?? '')
    const { stdout } = await run('curl', ['-s', '-H', `Host: ${host}`, `http://127.0.0.1:${port}/__mock/health`])
    expect(JSON.parse(stdout)).toMatchObject({ apis: ['polis'] })
    expect(await mock.end()).toMatchObject({ code: 0 })
  })

  test('has steps of a CI job that start the mock, wait for it and judge what was used', async () => {
    const { steps } = parse(block(ownProject, 'yaml', '## A job in CI')) as { steps: { run: string }[] }
    const commands = steps.map((step) => step.run)
    const [, serve = '', wait = '', , coverage = ''] = commands
    const script = [serve, wait, coverage]
      .map((line) => line.replaceAll('npx understudy', `${process.execPath} ${join(root, 'dist/cli.js')}`))
      .join('\n')
    const folder = mkdtempSync(join(tmpdir(), 'understudy-ci-'))
    const { code, output } = await play(folder, 'bash', ['-c', `${script}; code=$?; kill %1; wait; exit $code`])
    expect(output).toMatch(/%/)
    // Nobody has used anything, which is less than the 80 % that it asks for.
    expect(code).toBe(1)
    expect(readFileSync(join(folder, 'understudy.log'), 'utf8')).toContain('"path":"/__mock/health"')
  }, 120_000)

  test('has a page of Vite ask the mock itself, from the origin of the development server', async () => {
    const mock = await started('serve', 'polis', '--port', '0')
    const { folder } = await projectWith(['vite@8.4.0'], {
      '.env.development': block(ownProject, 'sh', '## Vite').replace('http://127.0.0.1:4010', mock.url),
      'index.html': '<script type="module" src="/page.js"></script>',
      'page.js': block(ownProject, 'js', '## Vite'),
      // What the page does, run with a fetch that names the page's origin as a browser does.
      'browser.mjs': `import { createServer } from 'vite'
const server = await createServer({ server: { host: '127.0.0.1', port: 0 }, logLevel: 'error' })
await server.listen()
const { origin } = new URL(server.resolvedUrls.local[0])
const script = await (await fetch(origin + '/page.js')).text()
const page = script.replaceAll('import.meta.env', 'env')
const AsyncFunction = (async () => {}).constructor
const asked = (url, { headers }) => fetch(url, { headers: { ...headers, origin } })
const answer = await new AsyncFunction('fetch', 'let env; ' + page + '\\nreturn answer')(asked)
console.log(answer.headers.get('access-control-allow-origin') === origin, (await answer.json()).data.length)
await server.close()
`,
    })
    const { code, output } = await play(folder, process.execPath, ['browser.mjs'])
    expect(output).toBe('true 2\n')
    expect(code).toBe(0)
  }, 120_000)
})
