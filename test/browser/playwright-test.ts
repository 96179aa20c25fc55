import type { BrowserContext, Page } from 'playwright-core'
import { expect as vitestExpect } from 'vitest'
import { sharedBrowser } from './shared-browser.ts'

type Use = (value: unknown) => Promise<void>
type Fixture = (fixtures: Record<string, unknown>, use: Use) => Promise<void>
type Body = (fixtures: { page: Page; context: BrowserContext } & Record<string, unknown>) => Promise<void>

/** What a file of tests has registered, to be run one by one. */
export const registered: { readonly name: string; run(): Promise<void> }[] = []

export const expect = vitestExpect

/** As much of `@playwright/test` as the recipe uses, on Playwright's library: fixtures that need each other, and a fresh page. */
export const test = {
  extend: (fixtures: Readonly<Record<string, Fixture | [Fixture, object]>>) => (name: string, body: Body) => {
    registered.push({ name, run: () => withFixtures(fixtures, body) })
  },
}

async function withFixtures(
  fixtures: Readonly<Record<string, Fixture | [Fixture, object]>>,
  body: Body,
): Promise<void> {
  const browser = await sharedBrowser()
  const context = await browser.newContext()
  const page = await context.newPage()
  const [last, ...rest] = Object.entries(fixtures).toReversed()
  const start = rest.reduce<
    (values: Record<string, unknown>, next: (values: Record<string, unknown>) => Promise<void>) => Promise<void>
  >(
    (inner, [name, fixture]) =>
      (values, next) =>
        functionOf(fixture)(values, (value) => inner({ ...values, [name]: value }, next)),
    (values, next) =>
      last ? functionOf(last[1])(values, (value) => next({ ...values, [last[0]]: value })) : next(values),
  )
  try {
    await start({ page, context }, (values) => body(values as Parameters<Body>[0]))
  } finally {
    await browser.close()
  }
}

function functionOf(fixture: Fixture | [Fixture, object]): Fixture {
  return Array.isArray(fixture) ? fixture[0] : fixture
}
