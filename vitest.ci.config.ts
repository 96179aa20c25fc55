import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/**
 * What takes too long for `npm test`, so that CI runs it by itself: Redocly's runner, the suite against documents and servers of
 * others, 5,000 spoilt requests, the packed package, and the runners of others, which npm has to fetch.
 */
export default defineConfig({
  test: {
    include: [
      'test/conform/{any-document,workflows/respect}.test.ts',
      'test/lab/{correct-servers,foreign-servers,liberties}.test.ts',
      'test/hostile/{fuzz,parallel}.test.ts',
      'test/package/{other-runners,package}.test.ts',
    ],
    env: { FUZZ_REQUESTS: '5000', XDG_CACHE_HOME: join(import.meta.dirname, 'node_modules/.cache') },
    globalSetup: 'test/support/build.ts',
    testTimeout: 60_000,
    // As in vitest.config.ts: default exports of CommonJS packages as Node itself gives them.
    deps: { interopDefault: false },
  },
})
