import type { Knowledge } from './knowledge.ts'

/** A failure is known by its body (ruling regit c). */
export const regit: Knowledge = {
  errorsOfAnyStatus: {
    '/components/schemas/Failure':
      "the page lists no status codes, and the vendor's public source answers most errors with 200",
  },
}
