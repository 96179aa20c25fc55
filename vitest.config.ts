import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // See vitest.browser.config.ts and vitest.ci.config.ts.
    exclude: [
      'test/browser/**',
      'test/conform/{any-document,workflows/respect}.test.ts',
      'test/lab/{correct-servers,foreign-servers,liberties}.test.ts',
      'test/hostile/parallel.test.ts',
      'test/package/{other-runners,package}.test.ts',
    ],
    testTimeout: 60_000,
    // What commands keep for their next start stays in this folder, and not in the user's own.
    env: { XDG_CACHE_HOME: join(import.meta.dirname, 'node_modules/.cache') },
    globalSetup: 'test/support/build.ts',
    // No file leaves anything behind, so a worker loads the sources once and not for each file: a third of the whole run.
    isolate: false,
    // Vitest leaves one core to itself, which is half of a small machine; it needs little while tests run.
    maxWorkers: availableParallelism(),
    // Default exports of CommonJS packages as Node itself gives them, so that what is tested is what runs.
    deps: { interopDefault: false },
  },
})
