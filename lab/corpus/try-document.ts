import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { createUnderstudy } from '../../src/index.ts'

const NAME = 'document'

/** What the suite says of the mock of one document of somebody else; ends after the given time. */
export async function tryDocument(file: string, timeoutMs: number): Promise<Report> {
  const openapi = mkdtempSync(join(tmpdir(), 'understudy-corpus-'))
  copyFileSync(file, join(openapi, NAME + extname(file)))
  const mock = await createUnderstudy({ openapi, journalEntries: 0 })
  try {
    const apis = openApisUnderTest([NAME], { baseUrl: mock.url, openapi })
    return await runConformance(apis, { randomCases: 2, signal: AbortSignal.timeout(timeoutMs) })
  } finally {
    await mock.close()
    rmSync(openapi, { recursive: true })
  }
}
