import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { Log } from 'sarif'
import { expect, test } from 'vitest'
import { openApisUnderTest } from '../../../src/conform/conformance-suite.ts'
import { exitCodeOf } from '../../../src/conform/report/exit-code.ts'
import type { Report } from '../../../src/conform/report/report.ts'
import { reportSarif } from '../../../src/conform/report/sarif.ts'
import { runConformance } from '../../../src/conform/run/run.ts'
import { wrongPetsReport } from './pets-report.ts'

const { resolve } = createRequire(import.meta.url)

/** The official schema of SARIF 2.1.0, errata included, as a package of Microsoft has it. */
function official(): ValidateFunction {
  const file = resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
  // Of draft 4 it uses nothing that later drafts read otherwise, but the names of these two.
  const { id: _, $schema: __, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  addFormats.default(ajv)
  return ajv.compile(schema)
}

test('a report in SARIF is valid by the official schema, with findings that count, that do not, and that are silenced', async () => {
  const { report, api } = await wrongPetsReport()
  const [known, ...failures] = report.failures
  const validate = official()
  for (const each of [report, { ...report, strict: true }, { ...report, failures, silenced: known ? [known] : [] }]) {
    const sarif = JSON.parse(reportSarif(each, [api])) as Log
    validate(sarif)
    expect(validate.errors ?? []).toEqual([])
    expect(sarif.runs[0]?.results?.length).toBe(report.failures.length + report.assumptions.length)
  }
  validate({ version: '2.1.0', runs: [{ tool: {}, results: [{ level: 'fatal' }] }] })
  expect(validate.errors).not.toBeNull()
})

/** A server whose every answer is the same has one cause. */
async function reportOnBroken(strict: boolean): Promise<[Report, Log]> {
  const server = createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const apis = openApisUnderTest(['digitalchalk'], { baseUrl })
  const report = await runConformance(apis, { strict, randomCases: 1 })
  server.close()
  const documents = apis.map(({ api }) => api)
  return [report, JSON.parse(reportSarif(report, documents)) as Log]
}

test('what has one cause is one result, whether assumptions count or not', async () => {
  const validate = official()
  for (const strict of [false, true]) {
    const [report, sarif] = await reportOnBroken(strict)
    expect(report.failures.map(({ check, message }) => `${check}: ${message}`)).toEqual([
      'server-error: every request is answered with 500: the log of the server says why',
    ])
    expect([report.assumptions, exitCodeOf(report)]).toEqual([[], 1])
    expect(sarif.runs[0]?.results?.map(({ level }) => level)).toEqual(['error'])
    validate(sarif)
    expect(validate.errors ?? []).toEqual([])
  }
})
