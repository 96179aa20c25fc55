import type { CheckDefinition } from './check-definition.ts'

export const flow = {
  id: 'flow',
  promises: 'a workflow of the API runs as written',
  appliesTo: 'workflow',
} as const satisfies CheckDefinition
