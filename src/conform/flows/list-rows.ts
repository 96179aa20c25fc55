import type { JsonObject } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'
import { jsonMedia, type BaseRequest } from '../cases/body-cases.ts'
import { idIn, make, rowsOf, wholeList, type Resource } from '../cases/resource.ts'
import { richSample } from '../cases/sample.ts'
import { isOk, seen, type FlowContext } from './flow-case.ts'

/** Makes a few rows that differ in the attribute, where rows can be made, so that a wrong answer shows. */
export async function vary(flow: FlowContext, resource: Resource, attribute: string | undefined): Promise<void> {
  const { create } = resource
  if (!create || flow.context.target.safe || create.draft.body.kind !== 'json') return
  const body = create.draft.body.value
  const member = attribute === undefined ? undefined : attribute.slice(attribute.lastIndexOf('/') + 1)
  const old = isObject(body) && member !== undefined ? (body[member] ?? richBody(flow, create)[member]) : undefined
  for (const variant of [old, otherThan(old), otherThan(otherThan(old))]) {
    const changed =
      isObject(body) && member !== undefined && variant !== undefined && old !== undefined
        ? { ...body, [member]: variant }
        : body
    const made = await make(flow.stage, resource, changed)
    if ('refused' in made) return
  }
}

/** The body of a creation with all its optional members. */
function richBody({ context }: FlowContext, create: BaseRequest): JsonObject {
  const media = jsonMedia(create)
  const rich = media ? richSample(context.schemas, media.schema, media.value) : undefined
  return isObject(rich) ? rich : {}
}

/** Another value of the same form. */
export function otherThan(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (typeof value !== 'string' || value === '') return undefined
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return value.replace(/^\d{4}/, (year) => String(Number(year) + 1))
  if (/^[0-9a-f-]{24,36}$/i.test(value))
    return value.replace(/.$/, (digit) => ((Number.parseInt(digit, 16) + 3) % 16).toString(16))
  return `${value}x`
}

/** The rows of the list with these parameters; ends the flow where it cannot be read. */
export async function rows(
  flow: FlowContext,
  list: BaseRequest,
  values: Readonly<Record<string, unknown>> = {},
): Promise<unknown[]> {
  const answer = await flow.send(wholeList(list, values), list.draft.operation)
  const found = isOk(answer) ? rowsOf(answer) : undefined
  return found ?? flow.notReached(`the list cannot be read: ${seen(answer)}`)
}

/** What tells rows apart: their ids, or all of a row that has none. */
export function idsOf(resource: Resource, list: readonly unknown[]): string[] {
  return list.map((row) => idIn(resource, row) ?? JSON.stringify(row))
}

/** Whether a filter could ask for the value. */
export function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
