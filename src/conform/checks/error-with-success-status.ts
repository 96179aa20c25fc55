import { knowledgeOf } from '../apis/knowledge-of.ts'
import type { Operation } from '../../openapi/api.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import { whyStatus } from './why-status.ts'
import type { Context } from '../context.ts'
import type { Exchanged } from '../transport/transport.ts'
import { declaredKey, refusalKeys } from '../../openapi/responses.ts'
import { jsonOf } from './json-of.ts'

/**
 * Why an answer is a refusal although its status tells of a success, `undefined` where it is none: its body is no declared
 * success, but an error that a server may send with any status, as `conform/apis/` knows.
 */
export function errorWithSuccessStatus(
  context: Context,
  operation: Operation | undefined,
  exchanged: Exchanged,
): string | undefined {
  const { outcome } = exchanged
  if (operation === undefined || outcome.kind !== 'answer' || outcome.status >= 300) return undefined
  const knows = knowledgeOf(context.api).errorsOfAnyStatus !== undefined
  if (!knows && !maySayFailure.test(outcome.text)) return undefined
  const value = jsonOf(exchanged)
  const mayFail = saysFailure(value)
  if (!mayFail && !knows) return undefined
  if (value === undefined || isValid(operation, declaredKey(operation.responses, outcome.status), value))
    return undefined
  const errors = refusalKeys(operation.responses).filter((key) => key !== 'default' && isValid(operation, key, value))
  return (
    errors.flatMap((key) => reasonsOf(context, operation, key, value))[0] ?? whyNoStatus(context, operation, mayFail)
  )
}

const maySayFailure = /"success"\s*:\s*false|"statusCode"\s*:\s*"/

/**
 * What a body says of itself: `success: false`, or a `statusCode` in words other than SUCCESS, there or in the context below its
 * one root. What it says of its parts, such as a field that was not updated, is no failure of the whole.
 */
function saysFailure(value: unknown): boolean {
  if (!isObject(value)) return false
  const roots = [value, ...Object.values(value).filter(isObject)]
  return value['success'] === false || roots.some((root) => saysCode(root) || saysCode(root['contextResponse']))
}

function saysCode(value: unknown): boolean {
  if (!isObject(value) || typeof value['statusCode'] !== 'string') return false
  return value['statusCode'] !== 'SUCCESS' && /^[A-Z][A-Z_]*$/.test(value['statusCode'])
}

/** A body that says failure is a refusal wherever the page states no status for one. */
function whyNoStatus(context: Context, operation: Operation, mayFail: boolean): string | undefined {
  if (!mayFail) return undefined
  const refusals = refusalKeys(operation.responses).filter((key) => key !== 'default')
  const reasons = refusals.map((status) => whyStatus(context, operation, status))
  return reasons.includes(undefined) ? undefined : reasons[0]
}

function isValid(operation: Operation, key: string | undefined, value: unknown): boolean {
  const media = key === undefined ? undefined : operation.responses[key]?.content['application/json']
  return media !== undefined && media.validate(value).length === 0
}

function reasonsOf({ api, schemas }: Context, operation: Operation, key: string, value: unknown): string[] {
  const media = operation.responses[key]?.content['application/json']
  const open = knowledgeOf(api).errorsOfAnyStatus
  if (media === undefined || open === undefined) return []
  return schemas.applied(pointerTo(media.pointer, 'schema'), value).flatMap(({ pointer }) => open[pointer] ?? [])
}
