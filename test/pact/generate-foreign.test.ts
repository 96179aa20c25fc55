import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { generateContracts } from '../../src/pact/generate.ts'
import { smallApi, smallSeed } from './small-api.ts'

const workshop = mkdtempSync(join(tmpdir(), 'understudy-foreign-'))
afterAll(() => rmSync(workshop, { recursive: true, force: true }))

const twice = smallApi((root) => {
  const { get } = root['paths']['/notes/{noteId}'] as {
    get: { 'x-scenarios': { description: string; name: string }[] }
  }
  get['x-scenarios'] = get['x-scenarios'].map((scenario) => ({ ...scenario, description: 'a request', name: 'same' }))
})

test('scenarios of one name and description are told apart in a document of somebody else, and refused in ours', async () => {
  const [contract] = await generateContracts([{ ...twice, strict: false }], [smallSeed], workshop)
  expect(contract?.interactions).toBeGreaterThan(2)
  await expect(generateContracts([{ ...twice, strict: true }], [smallSeed], workshop)).rejects.toThrow(
    'repeats the description',
  )
})

test('a scenario that nobody can send is left out of a document of somebody else with its reason, and refused in ours', async () => {
  const unsent = smallApi((root) => {
    const { get } = root['paths']['/notes/{noteId}'] as { get: { 'x-scenarios': { credential?: string }[] } }
    get['x-scenarios'] = get['x-scenarios'].map((scenario) => ({ ...scenario, credential: 'nobody' }))
  })
  const [contract] = await generateContracts([{ ...unsent, strict: false }], [smallSeed], workshop)
  expect(contract?.interactions).toBeGreaterThan(0)
  expect(contract?.leftOut.map(({ reason }) => reason)).toContain('the target has no credential "nobody"')
  await expect(generateContracts([{ ...unsent, strict: true }], [smallSeed], workshop)).rejects.toThrow(
    'is not a credential of',
  )
})
