import type { Knowledge } from './knowledge.ts'

/** How the two entity tags of the page are made (ruling polis d). */
export const polis: Knowledge = {
  digests: {
    '/components/schemas/Meta/properties/etag': {
      hash: 'sha1',
      characters: 27,
      why: 'The page does not say how a tag is made; this is how its two examples are.',
    },
  },
}
