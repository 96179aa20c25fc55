import { expect, test } from 'vitest'
import { openApisUnderTest } from '../../../src/conform/conformance-suite.ts'
import { exitCodeOf } from '../../../src/conform/report/exit-code.ts'
import { runConformance } from '../../../src/conform/run/run.ts'
import { createUnderstudy } from '../../../src/index.ts'
import { folderWith } from '../../support/pets.ts'

const spec = `openapi: 3.1.0
info: { title: Codes, version: '1' }
paths:
  /codes:
    get: { operationId: listCodes, responses: { '200': { description: All codes. } } }
    post:
      operationId: createCode
      requestBody:
        required: true
        content: { application/x-code: {} }
      responses: { '204': { description: It is noted. } }
`

test('an operation that nobody can call is a case that is not reached, and makes a strict run fail', async () => {
  const openapi = folderWith({ 'codes.yaml': spec })
  const mock = await createUnderstudy({ openapi })
  const apis = openApisUnderTest(['codes'], { baseUrl: mock.url, openapi })
  const report = await runConformance(apis, { randomCases: 0 })
  const strict = await runConformance(apis, { randomCases: 0, strict: true })
  await mock.close()
  expect(report.notReached).toContainEqual({
    caseId: 'codes/createCode: a request that succeeds',
    api: 'codes',
    operation: 'createCode',
    reason: 'no request can be made: nobody can write the body without an example of it',
  })
  expect([exitCodeOf(report), exitCodeOf(strict)]).toEqual([0, 1])
})

test('an operation that only a fragment tells from another one is not reached, and nobody is blamed for it', async () => {
  const things = { responses: { '204': { description: 'Done.' } } }
  const paths = {
    '/things': { put: { operationId: 'putThings', ...things } },
    '/things#archive': {
      put: {
        operationId: 'archiveThings',
        parameters: [{ name: 'until', in: 'query', required: true, schema: { type: 'string' } }],
        ...things,
      },
    },
  }
  const document = { openapi: '3.0.3', info: { title: 'Things', version: '1' }, paths }
  const openapi = folderWith({ 'things.yaml': JSON.stringify(document) })
  const mock = await createUnderstudy({ openapi })
  const report = await runConformance(openApisUnderTest(['things'], { baseUrl: mock.url, openapi }), { strict: true })
  await mock.close()
  expect([report.failures, report.assumptions]).toEqual([[], []])
  expect(report.notReached).toEqual([
    {
      caseId: 'things/archiveThings: a request that succeeds',
      api: 'things',
      operation: 'archiveThings',
      reason: 'its requests are those of putThings: no server sees what follows a #',
    },
  ])
})
