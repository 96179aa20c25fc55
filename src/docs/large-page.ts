import type { Api } from '../openapi/api.ts'

/** From here on a page with everything on it is slow to load and longer than anybody scrolls. */
const MANY_OPERATIONS = 40

/** Whether the operations of an API are loaded one by one, as they are opened. */
export function isLarge({ operations }: Api): boolean {
  return operations.length > MANY_OPERATIONS
}
