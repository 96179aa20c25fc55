import type { CheckDefinition } from './check-definition.ts'

export const createdDiffers = {
  id: 'created-differs',
  promises: 'what was created is read as it was sent',
  appliesTo: 'flow',
} as const satisfies CheckDefinition
