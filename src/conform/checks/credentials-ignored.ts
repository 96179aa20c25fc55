import type { CheckDefinition } from './check-definition.ts'

export const credentialsIgnored = {
  id: 'credentials-ignored',
  promises: 'missing or wrong credentials are refused with 401',
  appliesTo: 'request',
  accepts: true,
} as const satisfies CheckDefinition
