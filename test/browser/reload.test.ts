import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchUnderstudy } from '../../src/assembly/watch.ts'
import { petsFolders } from '../support/pets.ts'
import { sharedBrowser } from './shared-browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await sharedBrowser()
})
afterAll(() => browser.close())

test('an open page of the docs shows an edited document by itself', async () => {
  const folders = petsFolders()
  const file = join(folders.openapi, 'pets.yaml')
  const mock = await watchUnderstudy(folders, () => undefined)
  const page = await (await browser.newContext()).newPage()
  const subscribed = page.waitForRequest(/\/docs\/_reload$/)
  await page.goto(`${mock.url}/docs/pets`)
  await page.getByText('A shelter.').first().waitFor()
  await subscribed
  // As editors save: beside the file, then in its place.
  writeFileSync(`${file}.tmp`, readFileSync(file, 'utf8').replace('A shelter.', 'A home for pets.'))
  renameSync(`${file}.tmp`, file)
  await page.getByText('A home for pets.').first().waitFor()
  expect(await page.getByText('A shelter.').count()).toBe(0)
  await page.context().close()
  await mock.close()
})
