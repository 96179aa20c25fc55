import type { QueryCondition } from './api.ts'

/** A key of `paths` as far as it is a path, and the conditions that it has for the query. */
export interface PathTemplate {
  readonly path: string
  readonly query: readonly QueryCondition[]
}

/** `/q?beta=true` is the path `/q` with a condition; what follows a `#` never reaches a server. */
export function pathTemplateOf(key: string): PathTemplate {
  const [before = ''] = key.trim().split('#', 1)
  const mark = before.indexOf('?')
  const path = mark < 0 ? before : before.slice(0, mark)
  const query = mark < 0 ? '' : before.slice(mark + 1)
  return { path: path.startsWith('/') ? path : `/${path}`, query: conditionsOf(query) }
}

/** The names of the parameters of a template, in order. */
export function parameterNames(template: string): string[] {
  return [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string)
}

function conditionsOf(query: string): QueryCondition[] {
  return query
    .split('&')
    .filter((part) => part !== '' && part !== '{}')
    .map((part) => {
      const [name = '', value] = part.split('=', 2)
      return { name: decoded(name), value: value === undefined || value.includes('{') ? undefined : decoded(value) }
    })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
