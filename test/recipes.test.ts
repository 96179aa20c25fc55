import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folderWith } from './support/pets.ts'
import { recipe } from './support/recipe.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a file with Node's own test runner. */
function nodeTest(code: string): Promise<{ code: number | null; output: string }> {
  const folder = folderWith({ 'recipe.test.mjs': code })
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', '--test', join(folder, 'recipe.test.mjs')], {
    cwd: root,
    env,
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => child.once('close', (ended) => resolve({ code: ended, output })))
}

describe('the recipe for node:test', () => {
  test('works as it stands', async () => {
    const { code, output } = await nodeTest(recipe('node-test'))
    expect(output).toMatch(/pass 2\n/)
    expect(code).toBe(0)
  }, 60_000)

  test('fails a test that sends what the specs forbid', async () => {
    const careless = recipe('node-test').replace(
      'const answer =',
      "await fetch(url + '/v2/interaction', { headers })\n  const answer =",
    )
    const { code, output } = await nodeTest(careless)
    expect(output).toContain('the specs forbid what this test sent')
    expect(output).toMatch(/pass 1\n[\s\S]*fail 1\n/)
    expect(code).toBe(1)
  }, 60_000)
})
