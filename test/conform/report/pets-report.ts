import type { Report } from '../../../src/conform/report/report.ts'
import { runConformance } from '../../../src/conform/run/run.ts'
import type { RunOptions } from '../../../src/conform/run/api-under-test.ts'
import { targetAt } from '../../../src/conform/target.ts'
import { createUnderstudy } from '../../../src/index.ts'
import { loadSeed } from '../../../src/fixtures/load.ts'
import type { Api } from '../../../src/openapi/api.ts'
import { loadApis } from '../../../src/openapi/load.ts'
import { petsFolders, petsSpec } from '../../support/pets.ts'
import { alteringServer, inJson, type Passing } from '../../pact/altering-server.ts'

/** The sixth API with one assumption in it: that a list tells its total. */
const markedSpec = petsSpec
  .replace('total: { type: integer }', "total: { type: integer, x-inferred: 'no page says so' }")
  .replace(
    '{ name: { type: string, minLength: 1 }, kind',
    '{ name: { type: string, minLength: 1, maxLength: 40 }, kind',
  )

/** What a server could send to take over a page that shows it. */
export const hostile =
  '</pre></script><script>document.title = "taken"</script><img src=x onerror="document.title = \'taken\'">\u0000\u0008'

export interface PetsReport {
  readonly report: Report
  readonly api: Api
  readonly secrets: Record<string, string>
}

let wrongReport: Promise<PetsReport> | undefined

/** A run of the sixth API against a server that is wrong in several ways and sends markup. Nobody changes it: it is made once. */
export function wrongPetsReport(): Promise<PetsReport> {
  wrongReport ??= petsReport()
  return wrongReport
}

export async function petsReport(options: RunOptions = {}, alter: typeof wrong = wrong): Promise<PetsReport> {
  const folders = petsFolders(markedSpec)
  const mock = await createUnderstudy({ ...folders })
  const server = await alteringServer(mock.url, alter)
  const [api] = loadApis(folders.openapi) as [Api]
  const seed = loadSeed(api, folders.fixtures)
  const secrets = { PETS_TOKEN: 'keeper' }
  const target = { ...targetAt(api, seed, server.url), secrets }
  const report = await runConformance([{ api, seed, target }], { randomCases: 0, ...options })
  await server.close()
  await mock.close()
  return { report, api, secrets }
}

function wrong(answer: Passing, { method, path }: { method: string; path: string }): void {
  if (method === 'GET' && /^\/pets\/[^/?]+$/.test(path) && answer.status === 200)
    inJson(answer, (body) => Object.assign(body, { kind: hostile }))
  if (method === 'GET' && /^\/pets(\?|$)/.test(path)) inJson(answer, (body) => Object.assign(body, { total: hostile }))
  if (method === 'POST' && answer.status === 201) delete answer.headers['location']
}
