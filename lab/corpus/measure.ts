import { readFileSync } from 'node:fs'
import { createContext } from '../../src/conform/context.ts'
import { draftOf, requestOf } from '../../src/conform/cases/draft.ts'
import type { Finding } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { targetAt } from '../../src/conform/target.ts'
import { UnderstudyError } from '../../src/errors.ts'
import type { Api, Operation } from '../../src/openapi/api.ts'
import { allNotesOf } from '../../src/openapi/all-notes.ts'
import { isObject, valueAt } from '../../src/openapi/pointer.ts'
import { firstScenario, scenariosOf } from '../../src/openapi/scenario.ts'
import { createUnderstudy } from '../../src/understudy.ts'
import type { Understudy } from '../../src/library/in-process.ts'
import { type Conformance, type Measurement, unmeasured } from './measurement.ts'

/** How many operations of a large document are asked; the rest are like them. */
const MAX_OPERATIONS = 150

/** Serves one document and asks each of its operations; `conformMs`: how long the conformance suite may take. */
export async function measure(file: string, conformMs?: number): Promise<Measurement> {
  const heapBefore = process.memoryUsage().heapUsed
  const started = performance.now()
  let mock: Understudy
  try {
    mock = await createUnderstudy({ apis: [file], listen: conformMs !== undefined })
  } catch (error) {
    const problem = error instanceof UnderstudyError ? error.message : String((error as Error).stack)
    return { file, ...unmeasured, problem }
  }
  const startMs = performance.now() - started
  const heapMib = (process.memoryUsage().heapUsed - heapBefore) / 1024 / 1024
  try {
    const api = mock.apis[0] as Api
    const asked = await askAll(mock, api)
    return {
      file,
      version: versionOf(file),
      notes: allNotesOf(api).length,
      operations: api.operations.length,
      ...asked,
      startMs,
      heapMib,
      ...(conformMs !== undefined && { conform: await conformanceOf(mock, api, conformMs) }),
    }
  } finally {
    await mock.close()
  }
}

function versionOf(file: string): string {
  return /["']?(?:openapi|swagger)["']?\s*:\s*["']?(\d+\.\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
}

type Asked = Pick<Measurement, 'valid' | 'refused' | 'unsent' | 'failed' | 'violations' | 'readable' | 'created'>

async function askAll(mock: Understudy, api: Api): Promise<Asked> {
  const asked = { valid: 0, refused: 0, unsent: 0, readable: 0, created: 0 }
  const failed: string[] = []
  const violations: string[] = []
  for (const operation of api.operations.slice(0, MAX_OPERATIONS)) {
    const session = mock.createSession()
    const answer = await ask(session, api, operation)
    const broken = session.violations()
    if (answer === undefined) asked.unsent++
    else if (answer.status >= 500) failed.push(`${operation.id}: ${answer.text.slice(0, 200)}`)
    else if (broken.length > 0) violations.push(`${operation.id} ${broken[0]?.pointer}: ${broken[0]?.message}`)
    else if (answer.status >= 400) asked.refused++
    else asked.valid++
    const place = answer && placeOfRow(api, operation, answer)
    if (place !== undefined) {
      asked.created++
      const read = await session.inject({
        method: 'GET',
        url: place,
        headers: answer?.credentials ?? {},
      })
      if (read.statusCode < 300) asked.readable++
    }
    session.close()
  }
  return { ...asked, failed, violations }
}

/** Where what was created should be readable, as far as the document lets one tell. */
function placeOfRow(api: Api, { id: operationId, path }: Operation, { status, text }: Answered): string | undefined {
  const use = api.resources[operationId]
  const collection = use?.role === 'create' ? api.collections[use.collection] : undefined
  const item = api.operations.find(
    (each) =>
      each.method === 'GET' && /^\/\{[^{}/]+\}$/.test(each.path.slice(path.length)) && each.path.startsWith(path),
  )
  if (status >= 300 || !item || !collection || path.includes('{') || !text.startsWith('{')) return undefined
  const row = valueAt(JSON.parse(text), use?.answerAt ?? '')
  const id = isObject(row) ? row[collection.key] : undefined
  return id === undefined ? undefined : `${api.bases[0] ?? ''}${path}/${encodeURIComponent(String(id))}`
}

/** A credential of the scheme that an operation asks for; a mock without credentials accepts any. */
function authorizationFor(api: Api, { security }: Operation): string {
  const schemes = security.flat().map((name) => api.securitySchemes[name])
  const http = schemes.find((scheme) => scheme?.kind === 'http')
  return `${http?.kind === 'http' ? http.scheme : 'Bearer'} corpus`
}

interface Answered {
  readonly status: number
  /** The headers that it was asked with, but for those of its body. */
  readonly credentials: Readonly<Record<string, string>>
  readonly text: string
}

async function ask(session: Pick<Understudy, 'inject'>, api: Api, operation: Operation): Promise<Answered | undefined> {
  const seed = { api: api.name, rows: {}, credentials: [], states: [] }
  const context = createContext(api, seed, targetAt(api, seed, 'http://127.0.0.1'))
  const scenario = firstScenario(scenariosOf(api, operation))
  const draft = scenario && draftOf(context, operation, scenario)
  if (!draft || 'missing' in draft) return undefined
  const { method, path, headers, body } = requestOf(draft)
  const sent = { ...Object.fromEntries(headers), authorization: authorizationFor(api, operation) }
  const response = await session.inject({
    method: method as 'GET',
    url: path,
    headers: sent,
    ...(body !== undefined && { payload: typeof body === 'string' ? body : Buffer.from(body) }),
  })
  const credentials = Object.fromEntries(Object.entries(sent).filter(([name]) => !name.startsWith('content-')))
  return { status: response.statusCode, text: response.body, credentials }
}

async function conformanceOf(mock: Understudy, api: Api, limitMs: number): Promise<Conformance> {
  const seed = { api: api.name, rows: {}, credentials: [], states: [] }
  const report = await runConformance([{ api, seed, target: targetAt(api, seed, mock.url) }], {
    randomCases: 3,
    signal: AbortSignal.timeout(limitMs),
  })
  return {
    findings: [...report.failures.map(findingLine), ...report.flaky.map((each) => `flaky: ${findingLine(each)}`)],
    cases: report.totals.cases,
    requests: report.totals.requests,
    notReached: report.totals.notReached,
    durationMs: report.durationMs,
    interrupted: report.interrupted ?? false,
  }
}

function findingLine({ check, operation = '-', pointer, title }: Finding): string {
  return `${check} ${operation} ${pointer}: ${title}`
}
