import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Runs the samples beside it, as a user's own suite would run; `test/vitest-kit.test.ts` looks at the outcome. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('./', import.meta.url)),
    include: ['*.sample.ts'],
    alias: { 'understudy/vitest': fileURLToPath(new URL('../../src/vitest.ts', import.meta.url)) },
    deps: { interopDefault: false },
    testTimeout: 30_000,
  },
})
