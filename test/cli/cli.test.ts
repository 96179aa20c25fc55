import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { killAll, run, runHere, started } from '../support/cli.ts'
import { folderWith, keeper, petsFolders, petsSpec } from '../support/pets.ts'

afterEach(killAll)

describe('serve', () => {
  test('prints its base URL, answers there, and ends cleanly on Ctrl-C', async () => {
    const { url, end } = await started('serve', '--port', '0', 'digitalchalk')
    const health = (await (await fetch(`${url}/__mock/health`)).json()) as object
    expect(health).toMatchObject({ status: 'ready', apis: ['digitalchalk'], seed: 1 })
    expect(await end()).toMatchObject({ code: 0, stderr: '' })
  })

  test('answers byte for byte alike in two runs with one seed and one time', async () => {
    const options = ['polis', '--seed', '7', '--now', '2026-03-01T12:00:00Z']
    const body = JSON.stringify({
      campaignId: '61fbfbaa-5de8-4d17-ac2b-c47f2376265a',
      contactId: '0478dbbf-b6eb-4168-afa9-5ebab6fef4b6',
      householdId: 'c15e3515-aabf-42da-8d1b-31679f738eae',
      contactHouseholdId: 'd070b1dc-9611-4f29-9300-a32160d21baa',
      timestamp: '2018-07-17T18:40:53.526Z',
      unavailable: true,
      survey: { surveyId: '375d437b-3b47-4940-b43d-be8daec4afff' },
    })
    const answers = [
      await started('serve', '--port', '0', ...options),
      await started('serve', '--port', '0', ...options),
    ].map(async ({ url }) => {
      const headers = { authorization: 'Bearer polis-user-a', 'content-type': 'application/json' }
      const answer = await fetch(`${url}/v2/interactions`, { method: 'POST', headers, body })
      return { headers: [...answer.headers], body: await answer.text() }
    })
    const [one, two] = await Promise.all(answers)
    expect(one?.body).toContain('2026-03-01T12:00:00.000Z')
    expect(one).toEqual(two)
  })

  test("serves somebody else's specs", async () => {
    const { openapi, fixtures } = petsFolders()
    const { url } = await started('serve', '--port', '0', '--openapi', openapi, '--fixtures', fixtures)
    expect(await (await fetch(`${url}/pets?limit=1`, { headers: keeper })).json()).toMatchObject({ total: 3 })
  })
})

describe('a mistake of the user ends with one clear line and exit code 2', () => {
  test.each([
    ['an unknown API', ['serve', 'polls'], /there is no API "polls"; known: .*polis/],
    ['an unknown flag', ['serve', '--prot', '1'], /unknown option '--prot'/],
    ['a port that is none', ['serve', '--port', '99999'], /whole number from 0 to 65535/],
    ['a port in another notation', ['serve', '--port', '1e3'], /whole number from 0 to 65535/],
    ['a time that is none', ['serve', '--now', 'noon'], /--now: is not a time/],
    ['a day that does not exist', ['serve', '--now', '2026-02-30T00:00:00Z'], /--now: is not a time/],
    ['a time without a zone', ['serve', '--now', '2026-02-03T00:00:00'], /--now: is not a time/],
    ['no check at all', ['conform', 'polis', '--base-url', 'http://127.0.0.1:1', '--only', ''], /at least one check/],
    [
      'a base URL that is none',
      ['env', '--base-url', 'localhost:4010'],
      /--base-url: is not a URL: .*; give one such as/,
    ],
    [
      'a base URL of another scheme',
      ['coverage', '--base-url', 'ftp://127.0.0.1'],
      /--base-url: is not a URL: .*; give one such as/,
    ],
    ['an upstream that is none', ['proxy', 'polis', '--upstream', 'x'], /--upstream: is not an http/],
    ['two formats at once', ['list', '--json', '--markdown'], /'--markdown' cannot be used with option '--json'/],
    [
      'a folder of specs that is missing',
      ['serve', '--openapi', '/nowhere/specs'],
      /\/nowhere\/specs: there is no such folder/,
    ],
    [
      'a folder of fixtures that is missing',
      ['serve', '--fixtures', '/nowhere/rows'],
      /\/nowhere\/rows: there is no such folder/,
    ],
    ['an unknown command', ['server'], /unknown command 'server'/],
    ['no command', [], /Usage: understudy/],
  ])('%s', async (_name, args, message) => {
    const { code, stderr } = await runHere(...args)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test.each([
    ['broken YAML', 'openapi: [', /openapi\/pets.yaml: is not valid YAML: .* line 1/],
    [
      'an unsupported keyword',
      petsSpec.replace('minLength: 1,', 'minLenght: 1,'),
      /openapi\/pets\.yaml#\/components\/schemas\/NewPet\/properties\/name\/minLenght: is a schema keyword/,
    ],
    [
      'a dangling $ref',
      petsSpec.replaceAll('schemas/Kind', 'schemas/Kin'),
      /\$ref "#\/components\/schemas\/Kin" points at nothing/,
    ],
    [
      'an operation without an answer',
      petsSpec.replace(
        '  /pets/{petId}:',
        '  /strange:\n    get: { operationId: beStrange, responses: { "400": { description: no } } }\n  /pets/{petId}:',
      ),
      /#\/paths\/~1strange\/get: beStrange has no handler/,
    ],
    [
      'another version of OpenAPI',
      petsSpec.replace('3.1.0', '3.0.3'),
      /openapi\/pets\.yaml#\/openapi: must be 3\.1\.x, but is "3\.0\.3"/,
    ],
  ])('a spec that is held to the strictest reading, with %s', async (_name, spec, message) => {
    const { openapi, fixtures } = petsFolders(spec)
    const { code, stderr } = await runHere(
      'serve',
      '--strict-spec',
      '--openapi',
      openapi,
      '--fixtures',
      fixtures,
      '--port',
      '0',
    )
    expect(stderr).toMatch(message)
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, lines: 1 })
  })

  test.each([
    ['a row that does not fit', { 'pets.json': '[{"id":"x"}]' }, /pets\/pets\.json#\/0/],
    ['JSON that is none', { 'pets.json': '[' }, /pets\/pets\.json: is not valid JSON/],
    ['a file that nothing uses', { 'cats.json': '[]' }, /pets\/cats\.json: is used by nothing/],
    ['a state without a name', { 'states.yaml': '- params: {}' }, /pets\/states\.yaml#\/0: needs a name/],
  ])('a fixture with %s', async (_name, files, message) => {
    const { openapi } = petsFolders()
    const fixtures = folderWith(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [join('pets', name), text])),
    )
    const { code, stderr } = await runHere('serve', '--openapi', openapi, '--fixtures', fixtures, '--port', '0')
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  test('a port in use', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) => taken.listen(0, '127.0.0.1', () => resolve(portOf(taken))))
    const { code, stderr } = await run('serve', 'polis', '--port', String(port))
    taken.close()
    expect(stderr).toBe(
      `understudy: port ${port} on 127.0.0.1: is in use; choose another with --port, or 0 for a free one\n`,
    )
    expect(code).toBe(2)
  })
})

describe('help, version, list and env', () => {
  test('--help shows commands, examples and exit codes', async () => {
    const { code, stdout } = await run('--help')
    expect(code).toBe(0)
    for (const word of ['serve', 'list', 'env', 'conform', 'pact', 'Examples:', 'Exit codes'])
      expect(stdout).toContain(word)
  })

  test.each([
    ['serve'],
    ['list'],
    ['env'],
    ['conform'],
    ['pact'],
    ['pact', 'generate'],
    ['pact', 'verify'],
    ['pact', 'check'],
    ['proxy'],
    ['coverage'],
  ])('%s %s shows examples and exit codes, and no path of the machine', async (...names) => {
    const { code, stdout } = await runHere(...names, '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/Examples:[^]*Exit codes/)
    expect(stdout).not.toContain(process.cwd())
  })

  test('whoever reads only the first line of an output sees no error', async () => {
    const reader = spawn('sh', ['-c', `node ${join(process.cwd(), 'dist/cli.js')} conform --help | true`])
    let stderr = ''
    reader.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    await new Promise((resolve) => reader.once('close', resolve))
    expect(stderr).toBe('')
  })

  test('a mistake in a spec is told with the folder that was given', async () => {
    const folder = folderWith({ 'specs/pets.yaml': 'openapi: [' })
    const { stderr } = await runHere('list', '--openapi', join(folder, 'specs'))
    expect(stderr).toMatch(/^understudy: specs\/pets\.yaml: is not valid YAML/)
  })

  test('--version is the version of the package', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  test('list shows handlers and statuses, for people and for machines', async () => {
    expect((await run('list', 'digitalchalk')).stdout).toMatch(
      /digitalchalk +createRegistration +POST \/dc\/api\/v5\/registrations +201 400/,
    )
    const rows = JSON.parse((await runHere('list', '--json')).stdout) as { operationId: string; handler: string }[]
    expect(rows).toHaveLength(15)
    expect(new Set(rows.map(({ handler }) => handler))).toEqual(new Set(['rules']))
  })

  test('env prints variables that a shell can take', async () => {
    const { stdout } = await run('env', '--export')
    expect(stdout).toContain('export POLIS_BASE_URL=http://127.0.0.1:4010\n')
    expect(stdout).toContain('export POLIS_USER_A_TOKEN=polis-user-a\n')
    expect(stdout).toMatch(/export CLOUD_PAYMENTS_\w+_API_KEY=cloud-payments-key\n/)
    expect(stdout).toContain('export DIALOGPORTAL_APP_KEY=32767\nexport DIALOGPORTAL_APP_SECRET=RCL1EDAYOVHANLL3A51G\n')
  })
})

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
