import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { reportCtrf } from '../../../src/conform/report/ctrf.ts'
import { wrongPetsReport } from './pets-report.ts'

const { resolve } = createRequire(import.meta.url)

/** The format's own schema, as its reference package has it. */
function official(): object {
  const folder = resolve('ctrf').replace(/dist[^]*$/, 'dist/')
  return JSON.parse(readFileSync(`${folder}ctrf-schema-0.0.json`, 'utf8')) as object
}

test('a report in the Common Test Report Format is valid by the schema of the format', async () => {
  const { report } = await wrongPetsReport()
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(official())
  validate(JSON.parse(reportCtrf(report, Date.UTC(2026, 10, 30))))
  expect(validate.errors ?? []).toEqual([])
  validate({ reportFormat: 'CTRF', specVersion: '0.0.0', results: { tool: {}, summary: {}, tests: [] } })
  expect(validate.errors).not.toBeNull()
})
