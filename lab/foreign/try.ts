import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { openToyServer, type ToyApi } from './toy-server.ts'

/** What the suite says of a server by a document of this folder; `headers` are those of its target file. */
export async function tryServer(
  document: string,
  api: ToyApi,
  headers: Readonly<Record<string, string>> = {},
): Promise<Report> {
  const server = await openToyServer(api)
  const folder = mkdtempSync(join(tmpdir(), 'understudy-foreign-'))
  try {
    const target = join(folder, 'target.yaml')
    writeFileSync(target, JSON.stringify({ baseUrl: server.url, headers }))
    const file = fileURLToPath(new URL(document, import.meta.url))
    return await runConformance(openApisUnderTest([file], { target }), { randomCases: 2, lateMs: 0 })
  } finally {
    rmSync(folder, { recursive: true })
    await server.close()
  }
}
