import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import type { Report } from '../../src/conform/report/report.ts'
import type { RunOptions } from '../../src/conform/run/api-under-test.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

const names = ['digitalchalk', 'dialogportal']
let mock: Understudy

beforeAll(async () => (mock = await createUnderstudy({ apis: names })))
afterAll(() => mock.close())

/** Runs the suite; `turns`: the API of each case, neighbours of one API counted once. */
async function conform(safe: boolean, only = names, options: RunOptions = {}): Promise<[Report, turns: string[]]> {
  const turns: string[] = []
  const report = await runConformance(openApisUnderTest(only, { baseUrl: mock.url, safe }), {
    randomCases: 1,
    maxCases: 120,
    onProgress: ({ api }) => void (turns.at(-1) !== api && turns.push(api)),
    ...options,
  })
  return [report, turns]
}

const verdicts = ({ cases }: Report): string[] => cases.map(({ id, verdict }) => `${id} ${verdict}`)

test('APIs of a server with sessions are tried at once and come to the results that they come to alone', async () => {
  const [together, turns] = await conform(false)
  const alone = [await conform(false, ['digitalchalk']), await conform(false, ['dialogportal'])]
  expect(turns.length).toBeGreaterThan(names.length)
  expect(verdicts(together)).toEqual(alone.flatMap(([report]) => verdicts(report)))
  expect([together.failures, together.flaky]).toEqual([[], []])
})

test('APIs of a server that is not set back are tried one after the other', async () => {
  const [report, turns] = await conform(true)
  expect(turns).toEqual(names)
  expect(report.failures).toEqual([])
})
