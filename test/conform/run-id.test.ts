import { expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import { summaryOf } from '../../src/conform/report/summary.ts'
import { reportJson } from '../../src/conform/report/json.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { createUnderstudy } from '../../src/index.ts'

interface Run {
  readonly report: Report
  /** What was sent, in an order that does not depend on which answer came first. */
  readonly sent: readonly string[]
}

/** It registers a person whose user name has to be new. */
const workflow = 'registers-without-a-token'

/** A run of one workflow on a new server, which may be one that cannot be set back. */
async function conform(states: 'none' | 'mock', runId?: number): Promise<Run> {
  const mock = await createUnderstudy({ apis: ['cloud-payments'] })
  const sent: string[] = []
  const apis = openApisUnderTest(['cloud-payments'], { baseUrl: mock.url })
  const report = await runConformance(
    apis.map((each) => ({ ...each, target: { ...each.target, states: { kind: states } } })),
    {
      randomCases: 0,
      caseId: `cloud-payments/selfRegister: workflow ${workflow}`,
      ...(runId !== undefined && { runId }),
      onExchange: ({ sent: { method, path, body } }) => void sent.push(`${method} ${path} ${String(body)}`),
    },
  )
  await mock.close()
  return { report, sent: sent.toSorted() }
}

const stated = ({ report }: Run): string =>
  summaryOf(report, { colours: false, verbose: false, quiet: true, command: 'understudy conform' })

test('a run on a server that cannot be set back is repeated to the byte by its id', async () => {
  const [first, again, other] = [await conform('none', 41), await conform('none', 41), await conform('none', 42)]
  expect(again.sent).toEqual(first.sent)
  expect(other.sent).not.toEqual(first.sent)
  expect(first.sent.join('\n')).toContain('000041')
  expect(stated(first)).toContain('seed 1, run id 41')
  expect(JSON.parse(reportJson(first.report))).toMatchObject({ seed: 1, runId: 41 })
})

test('a run that is given no id has one of its own, and a server that goes back to its seed needs none', async () => {
  const own = await conform('none')
  expect(own.report.runId).toBeTypeOf('number')
  expect(own.sent.join('\n')).toContain(String(own.report.runId).padStart(6, '0'))
  const seeded = await conform('mock', 41)
  expect(seeded.report.runId).toBeUndefined()
  expect(seeded.sent.join('\n')).not.toContain('000041')
  expect(stated(seeded)).not.toContain('run id')
})
