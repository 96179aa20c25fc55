import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { pactCommand } from '../../src/cli/pact.ts'
import { createUnderstudy } from '../../src/index.ts'
import { alteringServer } from './altering-server.ts'

const workshop = mkdtempSync(join(tmpdir(), 'understudy-pact-command-'))
afterAll(() => rmSync(workshop, { recursive: true, force: true }))
afterEach(() => void (process.exitCode = undefined))

/** Runs `understudy pact …` in this process and returns what it printed and its exit code. */
async function run(...args: string[]): Promise<{ output: string; exitCode: unknown }> {
  process.exitCode = undefined
  const lines: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  try {
    await new Command('understudy').addCommand(pactCommand()).parseAsync(['pact', ...args], { from: 'user' })
  } finally {
    write.mockRestore()
  }
  return { output: lines.join(''), exitCode: process.exitCode ?? 0 }
}

const pact = (name: string): string => join(import.meta.dirname, 'pacts', `${name}.json`)

test('pact generate writes the contracts and lists what is not in them', async () => {
  const { output, exitCode } = await run('generate', 'digitalchalk', '--out', join(workshop, 'contracts'))
  expect(exitCode).toBe(0)
  expect(output).toMatch(/digitalchalk\.pact\.json: \d+ interactions\n {4}without createRegistration 413: /)
  expect(readdirSync(join(workshop, 'contracts'))).toEqual(['digitalchalk.pact.json'])
})

test('pact verify prints a line for each interaction, writes both reports and ends with 0', async () => {
  const mock = await createUnderstudy({ apis: ['digitalchalk'] })
  const files = { junit: join(workshop, 'verify.xml'), json: join(workshop, 'verify.json') }
  const { output, exitCode } = await run(
    'verify',
    'digitalchalk',
    '--base-url',
    mock.url,
    '--strict',
    '--junit',
    files.junit,
    '--json',
    files.json,
  )
  await mock.close()
  expect(exitCode).toBe(0)
  const { results } = JSON.parse(readFileSync(files.json, 'utf8')) as { results: unknown[] }
  expect(output.split('\n').filter((line) => /^ok .* \(\d+ ms\)$/.test(line))).toHaveLength(results.length)
  expect(output).toContain(`${results.length} interactions, ${results.length} kept, 0 failed`)
  expect(readFileSync(files.junit, 'utf8')).toContain(
    `<testsuite name="pact verify digitalchalk" tests="${results.length}" failures="0"`,
  )
})

test('pact verify ends with 1 for a broken promise; for an assumption only with --strict', async () => {
  const mock = await createUnderstudy({ apis: ['digitalchalk'] })
  const faulty = await alteringServer(mock.url, (answer) => answer.status === 415 && (answer.status = 400))
  expect(await run('verify', 'digitalchalk', '--base-url', faulty.url)).toMatchObject({
    exitCode: 0,
    output: expect.stringMatching(/^differs digitalchalk: .*\n {4}status: expected 415 but was 400/m) as unknown,
  })
  expect(await run('verify', 'digitalchalk', '--base-url', faulty.url, '--strict')).toMatchObject({ exitCode: 1 })
  await faulty.close()
  await mock.close()
})

test.each([
  ['neither a base URL nor a target', [], /either --base-url or --target/],
  [
    'publishing without a version',
    ['--base-url', 'http://127.0.0.1:1', '--broker-url', 'http://b', '--publish'],
    /--provider-version/,
  ],
  ['a base URL that is none', ['--base-url', 'localhost'], /--base-url/],
  [
    'a contract that is not there',
    ['polis', '--base-url', 'http://127.0.0.1:1', '--contracts', '/nowhere'],
    /does not answer/,
  ],
])('pact verify with %s is a mistake of the caller', async (_, args, message) => {
  await expect(run('verify', ...args)).rejects.toThrow(message)
})

test('pact check tells errors from warnings in its lines, its reports and its exit code', async () => {
  const files = { junit: join(workshop, 'check.xml'), json: join(workshop, 'check.json') }
  expect(await run('check', pact('polis-kept'))).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining('0 errors, ') as unknown,
  })
  const { output, exitCode } = await run(
    'check',
    pact('polis-kept'),
    pact('polis-broken'),
    '--junit',
    files.junit,
    '--json',
    files.json,
  )
  expect(exitCode).toBe(1)
  expect(output).toMatch(
    /^ERROR {3}a request for the campaigns: .*\n {4}.*polis-broken\.json#\/interactions\/3\/request\/path\n {4}openapi\/polis\.yaml#\/paths$/m,
  )
  expect(output).toMatch(/^warning a request for one interaction: expects the status 200.*\n.*\n.*\(assumed: /m)
  expect(readFileSync(files.junit, 'utf8')).toMatch(/<failure message="ERROR/)
  expect(JSON.parse(readFileSync(files.json, 'utf8'))).toMatchObject({ pacts: [{ api: 'polis' }, { api: 'polis' }] })
})
