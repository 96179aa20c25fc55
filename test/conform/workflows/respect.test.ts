import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadWorkflows } from '../../../src/conform/workflows/load.ts'
import { runWorkflow } from '../../../src/conform/workflows/run.ts'
import { createTransport } from '../../../src/conform/transport/transport.ts'
import { createUnderstudy, type Understudy } from '../../../src/index.ts'
import { ownSpecs, packageFolder } from '../../../src/paths.ts'
import { loadApis } from '../../../src/openapi/load.ts'
import { tamperedWith } from './tampered.ts'

const names = ['cloud-payments', 'dialogportal', 'digitalchalk', 'polis', 'regit']
let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ now: 'real' })
})
afterAll(() => mock.close())

type Verdicts = Readonly<Record<string, boolean>>

interface RespectLog {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly executedWorkflows: readonly {
          workflowId: string
          executedSteps: readonly { checks: readonly { status: string }[] }[]
        }[]
      }
    >
  >
}

/** Which workflows hold, according to Redocly's runner of Arazzo documents. */
async function respect(apis: readonly string[], baseUrl: string): Promise<Verdicts> {
  const log = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'respect.json')
  const files = apis.map((name) => join(ownSpecs, `${name}.arazzo.yaml`))
  const servers = apis.flatMap((name) => ['--server', `${name}=${baseUrl}`])
  const redocly = join(packageFolder, 'node_modules/.bin/redocly')
  const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' }
  const printed = await new Promise<string>((resolve) =>
    execFile(redocly, ['respect', ...files, ...servers, '-J', log], { env, maxBuffer: 2 ** 26 }, (_, out, error) =>
      resolve(out.slice(-2000) + error),
    ),
  )
  if (!existsSync(log)) throw new Error(`Redocly’s runner has left no log; it said: ${printed}`)
  const { files: played } = JSON.parse(readFileSync(log, 'utf8')) as RespectLog
  return Object.fromEntries(
    Object.values(played).flatMap(({ executedWorkflows }) =>
      executedWorkflows.map(({ workflowId, executedSteps }) => [
        workflowId,
        executedSteps.every(({ checks }) => checks.every(({ status }) => status === 'success')),
      ]),
    ),
  )
}

/** Which workflows hold, according to ours: in the order of the file, on one server, as Redocly's does. */
async function ours(apis: readonly string[], baseUrl: string): Promise<Verdicts> {
  const transport = createTransport({ baseUrl })
  const verdicts: Record<string, boolean> = {}
  for (const api of loadApis(ownSpecs, apis)) {
    const document = loadWorkflows(api, ownSpecs)
    for (const workflow of document?.workflows ?? []) {
      if (!document) continue
      const inputsOf = (each: typeof workflow): Record<string, unknown> =>
        Object.fromEntries(Object.entries(each.inputs).map(([name, input]) => [name, input.default]))
      const { broken, notReached } = await runWorkflow({ document, inputsOf, send: transport.send }, workflow)
      verdicts[workflow.id] = broken.length === 0 && notReached === undefined
    }
  }
  transport.close()
  return verdicts
}

test('Redocly’s runner and ours agree on the mock: every workflow holds', { timeout: 120_000 }, async () => {
  mock.reset()
  const theirs = await respect(names, mock.url)
  mock.reset()
  const own = await ours(names, mock.url)
  expect(theirs).toEqual(own)
  expect(Object.values(own).every(Boolean)).toBe(true)
})

test('Redocly’s runner and ours agree on which workflows a faulty server breaks', { timeout: 120_000 }, async () => {
  const faulty = await tamperedWith(mock, (answer) => {
    answer.body = answer.body.replace('This offering is not', 'This offering was not')
  })
  mock.reset()
  const theirs = await respect(['digitalchalk'], faulty.url)
  mock.reset()
  const own = await ours(['digitalchalk'], faulty.url)
  faulty.close()
  expect(theirs).toEqual(own)
  expect(new Set(Object.values(own))).toEqual(new Set([true, false]))
})
