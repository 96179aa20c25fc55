import { defineConfig } from 'vitest/config'

/** What takes too long for `npm test`, so that CI runs it by itself: Redocly's runner, and the suite against servers of another build. */
export default defineConfig({
  test: {
    include: ['test/conform/workflows/respect.test.ts', 'test/lab/{correct-servers,liberties}.test.ts'],
    globalSetup: 'test/support/build.ts',
    testTimeout: 60_000,
    // As in vitest.config.ts: default exports of CommonJS packages as Node itself gives them.
    deps: { interopDefault: false },
  },
})
