import type { CheckDefinition } from './check-definition.ts'

export const headLikeGet = {
  id: 'head-like-get',
  promises: 'HEAD answers like GET, without the body',
  appliesTo: 'flow',
} as const satisfies CheckDefinition
