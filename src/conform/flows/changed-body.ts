import { isObject, pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import { jsonMedia, type BaseRequest } from '../cases/body-cases.ts'
import { isFree } from '../cases/free-value.ts'
import { isNamedByPath } from '../cases/named-by-path.ts'
import { mayBeLookedUp } from '../cases/may-be-looked-up.ts'
import { richSample } from '../cases/sample.ts'
import type { Context } from '../context.ts'
import { patchOperations } from './comparison.ts'
import { isScalar, otherValues } from './list-rows.ts'

interface Place {
  /** The object in the body that has the property: the body itself, or the content of an envelope. */
  readonly at: string
  readonly name: string
}

/**
 * The update with other values than the thing has: one that sets what is there already would not show that it was lost. What
 * a server may look up stays as the document writes it, and so does all of a document that writes its updates with care.
 */
export function changedFrom(context: Context, update: BaseRequest, before: unknown): BaseRequest {
  const body = wholeBody(context, update)
  if (body === undefined) return update
  const changed = placesIn(context, update, body).reduce<unknown>(
    (last, place) => withOther(context, update, last, place, before),
    body,
  )
  return withBody(update, changed)
}

/** Updates of one property each, as small as they can be, with other values than the thing has. */
export function partsOf(context: Context, update: BaseRequest, before: unknown): BaseRequest[] {
  const body = wholeBody(context, update)
  const plain = jsonMedia(update)
  if (body === undefined || !plain) return []
  return placesIn(context, update, body).flatMap((place) => {
    const changed = withOther(context, update, body, place, before)
    const value = valueAt(changed, pointerTo(place.at, place.name))
    const part =
      place.at === '' ? { [place.name]: value } : { [tokensOf(place.at)[0] as string]: { [place.name]: value } }
    const isValid = context.schemas.validate(plain.schema)(part).length === 0
    return changed !== body && isValid ? [withBody(update, part)] : []
  })
}

/** The body with all that it may say; `undefined` for one that is to be sent as it stands. */
function wholeBody({ api, schemas }: Context, update: BaseRequest): Readonly<Record<string, unknown>> | undefined {
  const media = jsonMedia(update)
  if (api.strict || !media || !isObject(media.value) || patchOperations(media.value) !== undefined) return undefined
  const rich = richSample(schemas, media.schema, media.value)
  return isObject(rich) ? rich : undefined
}

function withBody(update: BaseRequest, value: unknown): BaseRequest {
  return { ...update, draft: { ...update.draft, body: { kind: 'json', value } } }
}

function withOther(
  context: Context,
  update: BaseRequest,
  body: unknown,
  { at, name }: Place,
  before: unknown,
): unknown {
  const schema = jsonMedia(update)?.schema
  const old = valueAt(body, pointerTo(at, name))
  const isNew = (value: unknown): boolean => !holds(before, name, value)
  const other = [old, ...otherValues(context, update, name, old)].find(isNew)
  const next = other === undefined ? body : withValue(body, at, name, other)
  return schema !== undefined && context.schemas.validate(schema)(next).length === 0 ? next : body
}

/** The properties of the body, or of an envelope's content, whose values are anybody's choice. */
function placesIn(context: Context, update: BaseRequest, body: unknown): Place[] {
  const schema = jsonMedia(update)?.schema ?? ''
  const applied = context.schemas.applied(schema, body)
  const inner = isObject(body) ? Object.keys(body).filter((name) => isObject(body[name])) : []
  return ['', ...inner.map((name) => pointerTo('', name))].flatMap((at) => {
    const holder = valueAt(body, at)
    const names = Object.keys(isObject(holder) ? holder : {}).filter(
      (name) => !isNamedByPath(context, update.draft.operation, name),
    )
    return names
      .map((name) => ({ at, name }))
      .filter((place) => {
        const pointer = pointerTo(place.at, place.name)
        const here = applied.filter((each) => each.at === pointer)
        const isOpen = here.length > 0 && here.every((each) => isFree(context, schema, body, each))
        const isListed = here.some((each) => Array.isArray(each.schema['enum']))
        const isPlain = !here.some((each) => 'pattern' in each.schema || 'format' in each.schema)
        return isOpen && isScalar(valueAt(body, pointer)) && (isListed || (isPlain && !mayBeLookedUp(pointer)))
      })
  })
}

/** Whether a thing has the value already, at its top or in its envelope. */
function holds(thing: unknown, name: string, value: unknown): boolean {
  if (!isObject(thing)) return false
  return thing[name] === value || Object.values(thing).some((each) => isObject(each) && each[name] === value)
}

function withValue(body: unknown, at: string, name: string, value: unknown): unknown {
  if (!isObject(body)) return body
  const [holder] = tokensOf(at)
  if (holder === undefined) return { ...body, [name]: value }
  const inner = body[holder]
  return { ...body, [holder]: { ...(isObject(inner) ? inner : {}), [name]: value } }
}
