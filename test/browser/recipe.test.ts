import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recipe } from '../support/recipe.ts'
import { registered } from './playwright-test.ts'

const file = fileURLToPath(new URL('recipe.generated.mjs', import.meta.url))

// Beside this file, so that the recipe finds the packages of the project.
beforeAll(async () => {
  const careless = `
test('sends what the specs forbid', async ({ page }) => {
  await page.evaluate((url) => fetch(url), \`\${VENDOR}/v2/interaction\`)
})
`
  writeFileSync(file, recipe('playwright').replace("'@playwright/test'", "'./playwright-test.ts'") + careless)
  await import(file)
})

afterAll(() => rmSync(file))

test('the recipe for Playwright works as it stands', async () => {
  await registered.find(({ name }) => name === 'shows an interaction')?.run()
  expect(registered).toHaveLength(2)
})

test('the recipe for Playwright fails a test that sends what the specs forbid', async () => {
  await expect(registered[1]?.run()).rejects.toThrow('the specs forbid what this test sent')
})
