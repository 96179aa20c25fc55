import { STATUS_CODES } from 'node:http'
import { refusalKeys } from './responses.ts'
import type { Operation } from './api.ts'

/**
 * Whether HTTP itself gives a status to requests of an operation, so that a document which leaves it out is not broken by
 * it: 401 where credentials are asked for (RFC 9110, section 11.2), 404 and 410 where the path names one thing of many
 * (15.5.5 and 15.5.11), and 400 and 422 (15.5.1 and 15.5.21) where the document says of no refusal at all, or of such only as
 * have no status of HTTP: documents of AWS number their exceptions from 480 on.
 */
export function isOfHttp(operation: Operation, status: number): boolean {
  if (status === 401) return operation.security.length > 0
  if (status === 404 || status === 410) return operation.path.includes('{')
  return (status === 400 || status === 422) && refusalKeys(operation.responses).every((key) => isUnknown(key))
}

function isUnknown(key: string): boolean {
  return /^4\d\d$/.test(key) && STATUS_CODES[key] === undefined
}
