import { beforeAll, expect, test } from 'vitest'
import { reportJson, type ReportJson } from '../../../src/conform/report/json.ts'
import { hostile, petsReport, wrongPetsReport } from './pets-report.ts'

let found: Awaited<ReturnType<typeof petsReport>>

beforeAll(async () => {
  found = await wrongPetsReport()
}, 60_000)

test('the JSON report has the documented shape', () => {
  const { report, secrets } = found
  const json = JSON.parse(reportJson(report, secrets)) as ReportJson
  expect(Object.keys(json)).toEqual([
    'format',
    'target',
    'apis',
    'seed',
    'strict',
    'exitCode',
    'durationMs',
    'totals',
    'failures',
    'assumptions',
    'flaky',
    'silenced',
    'notReached',
    'operations',
    'checks',
    'cases',
  ])
  expect(json).toMatchObject({
    format: 'understudy-conform/1',
    apis: ['pets'],
    seed: 1,
    strict: false,
    exitCode: 1,
    flaky: [],
    silenced: [],
  })
  expect(json.totals).toEqual(report.totals)
  expect(json.cases).toHaveLength(report.totals.cases)
  expect(json.assumptions).toMatchObject([
    {
      check: 'body-schema',
      operation: 'listPets',
      tier: 'assumed',
      why: 'no page says so',
      message: '200: /total must be integer',
    },
  ])
  const missing = json.failures.find(({ check }) => check === 'header-missing')
  expect(missing).toEqual({
    key: 'header-missing · createPet · /paths/~1pets/post/responses/201/headers/Location · 201 lacks the header location',
    check: 'header-missing',
    api: 'pets',
    operation: 'createPet',
    pointer: '/paths/~1pets/post/responses/201/headers/Location',
    message: '201 lacks the header location',
    title: '201 lacks the header location',
    tier: 'documented',
    expected: 'a header location',
    got: expect.stringMatching(/^201 \{/),
    count: missing?.caseIds.length,
    caseIds: expect.arrayContaining(['pets/createPet: rex']),
    curl: expect.stringContaining("-X POST 'http"),
    curls: [missing?.curl],
    exchanges: [
      {
        request: {
          method: 'POST',
          url: `${report.target}/pets`,
          body: '{"name":"Rex","kind":"dog"}',
          bytes: 27,
          headers: [
            ['authorization', 'Bearer ${PETS_TOKEN}'],
            ['content-type', 'application/json'],
          ],
        },
        answer: {
          status: 201,
          headers: expect.objectContaining({ 'content-type': 'application/json; charset=utf-8' }),
          body: expect.stringContaining('"kind":"dog"'),
          bytes: expect.any(Number),
        },
      },
    ],
  })
})

test('a flow has its commands in order and every exchange', () => {
  const { report, secrets } = found
  const json = JSON.parse(reportJson(report, secrets)) as ReportJson
  const differs = json.failures.find(({ check }) => check === 'created-differs')
  expect(differs?.curls.map((each) => / -X (\w+) /.exec(each)?.[1])).toEqual(
    differs?.exchanges.map(({ request }) => request.method),
  )
  expect(differs?.exchanges.length).toBeGreaterThan(1)
  expect(differs?.exchanges.at(-1)?.answer?.body).toContain(JSON.stringify(hostile).slice(1, -1))
})

test('no secret is in the report', () => {
  const { report, secrets } = found
  expect(reportJson(report, {})).toContain('Bearer keeper')
  expect(reportJson(report, secrets)).not.toContain('Bearer keeper')
})

test('bytes that are no text are Base64, and long bodies are cut', async () => {
  const { report } = await petsReport({ only: ['header-missing'] })
  const [finding] = report.failures
  const exchange = finding?.example.exchanges[0]
  if (!finding || exchange?.outcome.kind !== 'answer') throw new Error('there is no finding')
  const outcome = { ...exchange.outcome, body: Buffer.from([0xff, 0xfe]) }
  const sent = { ...exchange.sent, body: 'ä'.repeat(60_000) }
  const changed = {
    ...report,
    failures: [{ ...finding, example: { ...finding.example, exchanges: [{ sent, outcome }] } }],
  }
  const [{ request, answer } = {}] = (JSON.parse(reportJson(changed)) as ReportJson).failures[0]?.exchanges ?? []
  expect(answer).toMatchObject({ bodyBase64: '//4=', bytes: 2 })
  expect(request).toMatchObject({ body: 'ä'.repeat(32_768), bytes: 120_000 })
})
