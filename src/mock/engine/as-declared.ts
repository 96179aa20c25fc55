import type { Operation } from '../../openapi/api.ts'
import type { Refusal } from '../handlers/handler.ts'
import { responseFor } from '../../openapi/responses.ts'

/**
 * A refusal with the status that the operation declares for it: 422 for what is wrong with a request where that is declared and
 * 400 is not, 403 for wrong credentials where that is declared and 401 is not.
 */
export function asDeclared({ responses }: Operation, refusal: Refusal): Refusal {
  const declares = (status: number): boolean => responseFor(responses, status) !== undefined
  const isUnprocessable = refusal.status === 400 && refusal.by !== 'rule' && refusal.by !== 'fault'
  if (isUnprocessable && '422' in responses && !declares(400)) return { ...refusal, status: 422 }
  const isForbidden = refusal.status === 401 && refusal.by === 'security'
  return isForbidden && '403' in responses && !declares(401) ? { ...refusal, status: 403 } : refusal
}
