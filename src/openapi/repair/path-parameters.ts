import { type Draft, isDraft } from './draft.ts'
import { parameterNames, pathTemplateOf } from '../path-template.ts'
import { type At, below, rootAt } from './at.ts'
import { methods } from './path-item.ts'
import type { Repair } from './repair.ts'

/** Every parameter of a path's template is described afterwards; one that the template has no place for is noted. */
export function describePathParameters(repair: Repair): void {
  const paths = repair.root['paths'] as Draft
  for (const key of Object.keys(paths)) {
    const { part, at } = repair.peek(paths[key], below(below(rootAt, 'paths'), key))
    if (!isDraft(part)) continue
    const names = parameterNames(pathTemplateOf(key).path)
    const shared = declaredIn(repair, part, at)
    for (const method of methods) {
      const operation = part[method]
      if (isDraft(operation)) describe(repair, operation, { at: below(at, method), names, shared })
    }
  }
}

interface Wanted {
  readonly at: At
  readonly names: readonly string[]
  readonly shared: readonly string[]
}

function describe(repair: Repair, operation: Draft, { at, names, shared }: Wanted): void {
  const declared = [...shared, ...declaredIn(repair, operation, at)]
  const surplus = declared.find((name) => !names.includes(name))
  if (surplus !== undefined) repair.count(at, `the path has no {${surplus}}`, 'the parameter is left out')
  for (const name of names) {
    if (declared.includes(name)) continue
    repair.count(at, `does not describe the path parameter {${name}}`, 'any string is valid there')
    const list = (operation['parameters'] ??= []) as unknown[]
    list.push({ name, in: 'path', required: true, schema: { type: 'string' } })
    repair.derive(at, below(below(at, 'parameters'), list.length - 1))
  }
}

function declaredIn(repair: Repair, owner: Readonly<Record<string, unknown>>, at: At): string[] {
  const { parameters } = owner
  if (!Array.isArray(parameters)) return []
  return parameters.flatMap((each: unknown, index) => {
    const { part } = repair.peek(each, below(below(at, 'parameters'), index))
    return isDraft(part) && part['in'] === 'path' && typeof part['name'] === 'string' ? [part['name']] : []
  })
}
