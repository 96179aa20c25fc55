import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import type { FlowCase } from '../case.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import { keyOf, requestOf, type Draft } from '../cases/draft.ts'
import { about, attributeOf, idIn, tagOf, type Resource } from '../cases/resource.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Context } from '../context.ts'
import { patchOperations, whyOf } from './comparison.ts'
import { filtersOf, type Filter } from './filters.ts'
import { flowCase, isOk, seen, type FlowContext } from './flow-case.ts'
import { madeOne, readOne } from './flow-steps.ts'
import { isScalar, otherValues } from './list-rows.ts'
import { allRows } from './whole-list.ts'

/** A list knows of an update: it is found by its new value, and not by the old one any more. */
export function indexFlows(context: Context, resource: Resource): FlowCase[] {
  const { create, list, read, update } = resource
  if (!create || !list || !read || !update) return []
  const { operation } = update.draft
  return filtersOf(list).flatMap((filter) => {
    const { attribute, parameter } = filter
    const pointer =
      parameter.style === 'deepObject'
        ? pointerTo(parameter.pointer, 'schema', 'properties', attribute)
        : parameter.pointer
    if (changing(update, attribute, 'understudy') === undefined) return []
    return [
      flowCase(context, {
        name: `an update is found by the filter ${attribute}`,
        kind: 'state',
        operation,
        pointer,
        why: whyOf(context, update, list) ?? parameter.inferred ?? assumptionAt(context.api.document, pointer),
        checks: ['filter-wrong'],
        play: (flow) => updateAndFilter(flow, resource, { filter, list, read, update }),
      }),
    ]
  })
}

interface Parts {
  readonly filter: Filter
  readonly list: BaseRequest
  readonly read: BaseRequest
  readonly update: BaseRequest
}

async function updateAndFilter(flow: FlowContext, resource: Resource, parts: Parts): Promise<void> {
  const { filter, list, read, update } = parts
  const { attribute, parameter, valueFor } = filter
  const made = await madeOne(flow, resource)
  const before = await readOne(flow, resource, read, made.id)
  const old = attributeOf(jsonOf(before), attribute)
  const [next] = otherValues(flow.context, update, attribute, old)
  const draft = isScalar(old) && next !== undefined ? changing(update, attribute, next) : undefined
  if (draft === undefined) return flow.notReached(`there is no other value for ${attribute}`)
  const found = async (value: unknown): Promise<boolean> => {
    const listed = await allRows(flow, resource, list, { [keyOf(parameter)]: valueFor(value) })
    return listed.some((row) => idIn(resource, row) === made.id)
  }
  // Asked for before, too: an index that is made by the first question may be old by the second.
  if (!(await found(old))) return flow.notReached(`the filter ${attribute} does not find what was created`)
  const written = await flow.send(
    requestOf(about(resource, { ...update, draft }, made.id, tagOf(before))),
    update.draft.operation,
  )
  if (!isOk(written)) return flow.notReached(`the update is refused: ${seen(written)}`)
  const after = await readOne(flow, resource, read, made.id)
  if (attributeOf(jsonOf(after), attribute) !== next) return flow.notReached(`the update does not change ${attribute}`)
  if (!(await found(next)))
    flow.fail('filter-wrong', `what was updated is not found by its new ${attribute}`, {
      expected: made.id,
      got: 'other rows',
    })
  if (await found(old))
    flow.fail('filter-wrong', `what was updated is still found by its old ${attribute}`, {
      expected: `no ${made.id}`,
      got: made.id,
    })
}

/** The update with another value for the attribute: as a JSON Patch where it is one, else as a property of its body. */
function changing({ draft }: BaseRequest, attribute: string, value: unknown): Draft | undefined {
  const { body } = draft
  if (body.kind !== 'json') return undefined
  const name = attribute.slice(attribute.lastIndexOf('/') + 1)
  if (patchOperations(body.value) !== undefined) {
    const patch = [{ op: 'replace', path: `/${name}`, value }]
    const holder = isObject(body.value)
      ? Object.entries(body.value).find(([, each]) => Array.isArray(each))?.[0]
      : undefined
    const changed = isObject(body.value) && holder !== undefined ? { ...body.value, [holder]: patch } : patch
    return { ...draft, body: { kind: 'json', value: changed } }
  }
  if (!isObject(body.value)) return undefined
  const holder = Object.entries(body.value).find(([, each]) => isObject(each) && name in each)
  if (!(name in body.value) && !holder) return undefined
  const changed =
    name in body.value || !holder
      ? { ...body.value, [name]: value }
      : { ...body.value, [holder[0]]: { ...(holder[1] as object), [name]: value } }
  return { ...draft, body: { kind: 'json', value: changed } }
}
