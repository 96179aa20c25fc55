import { expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { startIndependent } from '../../lab/independent/server.ts'

test('a workflow that breaks at another step the second time is broken, and not flaky (dialogportal 18)', async () => {
  const defects = new Set(['dialogportal/register/third-id-again'])
  const server = await startIndependent({ apis: ['dialogportal'], defects, reset: false })
  const report = await runConformance(openApisUnderTest(['dialogportal'], { baseUrl: server.url }), { only: ['flow'] })
  await server.close()
  expect(report.failures.map(({ check, operation }) => `${check} ${operation}`)).toContain(
    'flow registerTransactionByEntityId',
  )
})
