import { afterEach, expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { folderWith } from '../support/pets.ts'
import { badBehaviours } from './bad-behaviours.ts'
import { type Behaviour, type BytesServer, bytesServer, json, says } from './bytes-server.ts'
import { thingDocument } from './thing-document.ts'

const openapi = folderWith({ 'thing.yaml': thingDocument })
const open: BytesServer[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** Whether a server is there at all is asked at other paths. */
const isOther = (head: string): boolean => !/^(?:GET|HEAD) \/thing[? ]/.test(head)

async function conform(behave: Behaviour): Promise<Report> {
  const server = await bytesServer(behave, isOther)
  open.push(server)
  const apis = openApisUnderTest(['thing'], { openapi, baseUrl: server.url, timeoutMs: 100 })
  return runConformance(apis, { randomCases: 0, maxCases: 3 })
}

const found = ({ failures, assumptions, flaky }: Report): string[] =>
  [...failures, ...assumptions, ...flaky].filter(({ operation }) => operation === 'getThing').map(({ check }) => check)

// The limits of the tester itself are 64 MB, which no test should fill, and a head of any length that comes at once.
const behaviours = Object.entries(badBehaviours).filter(
  ([name]) => !['unpacks to more than is taken', 'has a head of 100 kB'].includes(name),
)

test.each(behaviours)('the tester finds fault with a server that %s', async (_, behave) => {
  const report = await conform(behave)
  expect(found(report).length).toBeGreaterThan(0)
})

test('the tester finds no fault with one that answers well', async () => {
  const report = await conform(says(json(200, '{"id":1}')))
  expect(found(report)).toEqual([])
})
