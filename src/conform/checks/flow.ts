import type { CheckDefinition } from './check-definition.ts'

export const flow = {
  id: 'flow',
  promises: 'a workflow beside the spec goes as written',
  appliesTo: 'workflow',
} as const satisfies CheckDefinition
