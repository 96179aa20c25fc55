import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests that click through pages in a real browser; `npm test` leaves them out, because not every machine has one. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    env: { XDG_CACHE_HOME: join(import.meta.dirname, 'node_modules/.cache') },
    globalSetup: ['test/browser/compile-client.ts', 'test/browser/launch-browser.ts'],
    // One waits while the other's page is drawn.
    maxWorkers: 2,
    isolate: false,
    // As in vitest.config.ts: default exports of CommonJS packages as Node itself gives them.
    deps: { interopDefault: false },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
