import { defineConfig } from 'vitest/config'

/** What takes too long for `npm test`, so that CI runs it by itself: Redocly's runner, and the suite against servers of another build. */
export default defineConfig({
  test: {
    include: ['test/contract/arazzo/respect.test.ts', 'test/independent/**/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    testTimeout: 60_000,
    // As in vitest.config.ts: default exports of CommonJS packages as Node itself gives them.
    deps: { interopDefault: false },
  },
})
