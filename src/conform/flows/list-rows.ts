import type { JsonObject } from '../../openapi/api.ts'
import { isObject } from '../../openapi/pointer.ts'
import { jsonMedia, type BaseRequest } from '../cases/body-cases.ts'
import { idIn, make, type Resource } from '../cases/resource.ts'
import { richSample } from '../cases/sample.ts'
import type { Context } from '../context.ts'
import type { FlowContext } from './flow-case.ts'

/** Makes a few rows that differ in the attribute, where rows can be made, so that a wrong answer shows. */
export async function vary(flow: FlowContext, resource: Resource, attribute: string | undefined): Promise<void> {
  const { create } = resource
  if (!create || flow.context.target.safe || create.draft.body.kind !== 'json') return
  const body = create.draft.body.value
  const name = attribute === undefined ? undefined : nameOf(attribute)
  const holder = name === undefined ? undefined : holderOf(flow.context, create, name)
  const old = holder && name !== undefined ? holder.value[name] : undefined
  const others = holder && name !== undefined ? otherValues(flow.context, create, name, old).slice(0, 2) : [1, 2]
  for (const variant of [old, ...others]) {
    const changed = holder && name !== undefined && old !== undefined ? withAt(body, holder.at, name, variant) : body
    const made = await make(flow.runner, resource, changed)
    if ('refused' in made) return
  }
}

function nameOf(attribute: string): string {
  return attribute.slice(attribute.lastIndexOf('/') + 1)
}

interface Holder {
  /** JSON pointer into the body. */
  readonly at: string
  readonly value: JsonObject
}

/** The object of a body that has the property, or may have it: the body itself, or an envelope's content. */
function holderOf(context: Context, base: BaseRequest, name: string): Holder | undefined {
  const rich = richBody(context, base)
  if (name in rich) return { at: '', value: rich }
  const inner = Object.entries(rich).find(([, each]) => isObject(each) && name in each)
  return inner && { at: `/${inner[0]}`, value: inner[1] as JsonObject }
}

function withAt(body: unknown, at: string, name: string, value: unknown): unknown {
  if (!isObject(body)) return body
  if (at === '') return { ...body, [name]: value }
  const holder = at.slice(1)
  const inner = body[holder]
  return { ...body, [holder]: { ...(isObject(inner) ? inner : {}), [name]: value } }
}

/** Other values for a property of a body, each such that the body stays valid: of an enum its others, else some of the same form. */
export function otherValues(context: Context, base: BaseRequest, attribute: string, old: unknown): unknown[] {
  const media = jsonMedia(base)
  const name = nameOf(attribute)
  const next = otherThan(old)
  const alike = [next, otherThan(next)].filter((each) => each !== undefined)
  const holder = media && holderOf(context, base, name)
  if (!media || !holder) return alike
  const at = `${holder.at}/${name}`
  const whole = withAt(media.value, holder.at, name, holder.value[name])
  const listed = context.schemas
    .applied(media.schema, whole)
    .filter((applied) => applied.at === at)
    .flatMap(({ schema }) => (Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : []))
  const validate = context.schemas.validate(media.schema)
  return [...new Set([...listed, ...alike])].filter(
    (each) => each !== old && validate(withAt(media.value, holder.at, name, each)).length === 0,
  )
}

/** The body of a creation with all its optional properties. */
function richBody(context: Context, create: BaseRequest): JsonObject {
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

/** What tells rows apart: their ids, or all of a row that has none. */
export function idsOf(resource: Resource, list: readonly unknown[]): string[] {
  return list.map((row) => idIn(resource, row) ?? JSON.stringify(row))
}

/** Whether a filter could ask for the value. */
export function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
