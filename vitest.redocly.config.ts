import { defineConfig } from 'vitest/config'

/** All workflows under Redocly's runner, which takes as long as a tenth of `npm test`; CI runs it by itself. */
export default defineConfig({
  test: {
    include: ['test/contract/arazzo/respect.test.ts'],
    // As in vitest.config.ts: default exports of CommonJS packages as Node itself gives them.
    deps: { interopDefault: false },
  },
})
