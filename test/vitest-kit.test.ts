import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

interface SampleResult {
  readonly fullName: string
  readonly status: 'passed' | 'failed'
  readonly failureMessages: readonly string[]
}

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const config = fileURLToPath(new URL('vitest-kit/vitest.config.ts', import.meta.url))

let results: readonly SampleResult[]

// A suite of somebody who uses the fixture, run by a Vitest of its own: that a test fails can only be seen from outside.
beforeAll(async () => {
  const child = spawn(process.execPath, [vitest, 'run', '--config', config, '--reporter', 'json'], {
    env: { ...process.env, VITEST: undefined, NO_COLOR: '1' },
  })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  const report = JSON.parse(printed.slice(printed.indexOf('{'))) as {
    testResults: { assertionResults: SampleResult[] }[]
  }
  results = report.testResults.flatMap(({ assertionResults }) => assertionResults)
}, 120_000)

const result = (name: string): SampleResult | undefined => results.find(({ fullName }) => fullName.includes(name))

describe('a test with the fixture mock', () => {
  test('passes where the specs allow what it sends, or it says that they need not', () => {
    const wrong = results.filter(
      ({ fullName, status }) => status !== (fullName.startsWith('fails') ? 'failed' : 'passed'),
    )
    expect(wrong).toEqual([])
    expect(results).toHaveLength(21)
  })

  test.each([
    [
      'when a body breaks the spec',
      ['POST /v2/interactions → 400, refused by validation (/', 'mock.expectRefusals() says so'],
    ],
    [
      'when it has not received what was asserted',
      [
        'createInteraction: 0 requests match, expected at least 1',
        'request 1: body/unavailable: expected false, got true',
      ],
    ],
    ['when credentials are missing', ['→ 401, refused by security']],
    ['when a path leads nowhere', ['GET /v2/interaction → 404, refused by routing']],
    ['when nothing is refused', ["mock.expectRefusals('validation') was said, but nothing was refused by validation."]],
    ['when another stage refuses', ['→ 400, refused by syntax']],
    [
      'when the journal could not keep everything',
      ['1 requests are no longer in the journal', 'raise journalEntries or journalBytes'],
    ],
  ])('fails and says why %s', (name, parts) => {
    for (const part of parts) expect(result(name)?.failureMessages.join('\n')).toContain(part)
  })
})
