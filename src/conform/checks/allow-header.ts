import type { CheckDefinition } from './check-definition.ts'

export const allowHeader = {
  id: 'allow-header',
  promises: 'Allow names the methods of the path, and no others',
  appliesTo: 'request',
} as const satisfies CheckDefinition
