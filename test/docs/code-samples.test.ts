import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

let mock: Understudy
beforeAll(async () => void (mock = await createUnderstudy()))
afterAll(() => mock.close())

async function samplesOf(api: string, operationId: string): Promise<Record<string, string>> {
  const response = await fetch(`${mock.url}/docs/${api}/operations/${operationId}/samples.json`)
  return (await response.json()) as Record<string, string>
}

test('each operation has a sample in five languages beside the shell, for this mock', async () => {
  for (const { name, operations } of mock.apis) {
    for (const { id } of operations) {
      const samples = await samplesOf(name, id)
      expect(Object.keys(samples)).toEqual(['JavaScript', 'Python', 'PHP', 'Java', 'C#'])
      for (const sample of Object.values(samples)) expect(sample).toContain(mock.url)
    }
  }
})

test('the sample for JavaScript gets the answer that is promised', async () => {
  const { JavaScript: sample = '' } = await samplesOf('polis', 'getInteraction')
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', sample])
  expect(stdout).toContain('7da76f74-7951-423a-be41-85a2551d16e7')
})

test('an upload names its files and leaves the boundary to the client', async () => {
  const samples = await samplesOf('regit', 'uploadDocuments')
  expect(samples['Python']).toContain('newphoto.jpg')
  expect(samples['Python']).not.toContain('boundary')
  const page = await (await fetch(`${mock.url}/docs/regit/operations/uploadDocuments`)).text()
  expect(page).toContain('=@newphoto.jpg')
})
