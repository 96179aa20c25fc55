import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createUnderstudy } from '../../src/index.ts'
import { exitCodeOf, mutationHtml, mutationJson, mutationSummary } from '../../src/prove/mutation-summary.ts'
import { proveApi } from '../../src/prove/prove-api.ts'
import { mutationReport } from './mutation-report.ts'
import { folderWith } from '../support/pets.ts'
import { petstoreSpec } from '../support/petstore.ts'
import { runHere } from '../support/cli.ts'

const openapi = join(folderWith({ 'openapi/petstore.yaml': petstoreSpec }), 'openapi')

test('defects made from a foreign document are found before its mock', async () => {
  const doing: string[] = []
  const report = await proveApi('petstore', {
    openapi,
    only: '/missing-accepted',
    onProgress: (progress) => void doing.push(progress.doing),
  })
  expect(report.known).toEqual([])
  expect(report.trials.map(({ id, outcome, tier }) => [id, outcome, tier])).toEqual([
    ['petstore/createPets/missing-accepted body.id', 'found', 'documented'],
    ['petstore/createPets/missing-accepted body.name', 'found', 'documented'],
  ])
  expect(doing[0]).toBe('looking at the server without defects')
  expect(doing.slice(-2)).toEqual(report.trials.map(({ id }) => id))
  expect(exitCodeOf(report)).toBe(0)
}, 30_000)

test('a real server can stand behind the defects, and what it does wrong by itself counts for nothing', async () => {
  const server = await createUnderstudy({ openapi })
  await server.inject({ method: 'POST', url: '/__mock/reset' })
  const report = await proveApi('petstore', { openapi, baseUrl: server.url, only: 'createPets/', most: 3 })
  await server.close()
  expect(report.server).toBe(server.url)
  expect(report.trials).toHaveLength(3)
  expect(report.trials.filter(({ outcome }) => outcome === 'survived')).toEqual([])
}, 30_000)

test('parameters of any name, and of one name twice, end no run', async () => {
  const paths = ['/a/{x-y}', '/b/{user.id}', '/c/{z}-{z}', '/v1.0/d'].map(
    (path) => `'${path}': { get: { responses: { '200': { description: ok } } } }`,
  )
  const document = `openapi: 3.0.3\ninfo: { title: t, version: '1' }\npaths: { ${paths.join(', ')} }\n`
  const odd = join(folderWith({ 'openapi/odd.yaml': document }), 'openapi')
  const report = await proveApi('odd', { openapi: odd, most: 1 })
  expect(report.known).toEqual([])
}, 30_000)

test('a survivor of a documented promise is named, by operator and operation, and costs exit code 1', () => {
  expect(exitCodeOf(mutationReport)).toBe(1)
  const text = mutationSummary(mutationReport)
  expect(text).toMatch(/^null-accepted {2}1 of 2 \(50 %\) {2}-$/m)
  expect(text).toMatch(/^createPet {2,}1 of 2 \(50 %\) {2}-$/m)
  expect(text).toContain('Survivors:\n  documented pets/createPet/null-accepted body.survived (no case provokes it)\n')
  expect(text).toContain('The server has 1 findings without any defect')
  expect(JSON.parse(mutationJson(mutationReport))).toMatchObject({
    format: 'understudy-prove/1',
    score: { documented: { seeded: 2, found: 1 }, assumed: { seeded: 0, found: 0 } },
    survivors: ['pets/createPet/null-accepted body.survived'],
  })
  expect(mutationHtml(mutationReport)).toContain(
    '<code>documented pets/createPet/null-accepted body.survived (no case provokes it)</code>',
  )
})

test('a survivor of an assumption costs nothing', () => {
  expect(exitCodeOf({ trials: mutationReport.trials.map((trial) => ({ ...trial, tier: 'assumed' })) })).toBe(0)
})

test('prove says which defects there are none of, exit code 2', async () => {
  const { code, stderr } = await runHere('prove', 'petstore', '--openapi', openapi, '--only', 'no such defect')
  expect([code, stderr]).toEqual([2, expect.stringContaining('no defect has "no such defect" in its id')])
})
