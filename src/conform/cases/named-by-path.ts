import type { Operation } from '../../openapi/api.ts'
import { plainName } from '../../openapi/paging-names.ts'
import type { Context } from '../context.ts'

/**
 * Whether the path of an operation decides a property, whatever the body says of it. So it is with the key of what a server of
 * somebody else makes; our own documents say it themselves.
 */
export function isNamedByPath({ api }: Pick<Context, 'api'>, operation: Operation, name: string): boolean {
  if (api.strict) return false
  const { id, path, method, parameters } = operation
  const use = api.resources[id]
  const isKey = use !== undefined && api.collections[use.collection]?.key === name
  if (isKey && (method === 'POST' || path.endsWith('}'))) return true
  const inPath = parameters.filter((each) => each.in === 'path').map((each) => each.name.split('.').at(-1) ?? '')
  return inPath.some((each) => plainName(each) === plainName(name))
}
