import { expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { startIndependent } from '../../lab/independent/server.ts'

test.each(['create/ids-any-case', 'create/blanks-trimmed', 'auth/unchecked', 'protocol/415-skipped'])(
  'a server that cannot be set back and takes what we think is to be refused is not blamed for what that used up: %s',
  async (leniency) => {
    const defects = new Set([`digitalchalk/${leniency}`])
    const server = await startIndependent({ apis: ['digitalchalk'], defects, reset: false })
    const report = await runConformance(openApisUnderTest(['digitalchalk'], { baseUrl: server.url }))
    await server.close()
    expect(report.failures.map(({ key }) => key)).toEqual([])
    expect(report.assumptions).not.toEqual([])
  },
)
