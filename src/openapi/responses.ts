import type { ResponseSpec } from './api.ts'

type Responses<Response = ResponseSpec> = Readonly<Record<string, Response>>

/**
 * By which of its names an operation declares a status: the number itself, its class (`4XX`, which people write `4xx` too), or
 * `default` (OpenAPI 3.1, 4.8.16).
 */
export function declaredKey(responses: Responses<unknown>, status: number | string): string | undefined {
  const text = String(status)
  if (Object.hasOwn(responses, text)) return text
  const range = `${text[0]}XX`
  if (Object.hasOwn(responses, range)) return range
  const lower = `${text[0]}xx`
  if (Object.hasOwn(responses, lower)) return lower
  return Object.hasOwn(responses, 'default') ? 'default' : undefined
}

/** The response that an operation declares for a status. */
export function responseFor<Response>(responses: Responses<Response>, status: number | string): Response | undefined {
  const key = declaredKey(responses, status)
  return key === undefined ? undefined : responses[key]
}

/** The number that is sent where a declared status is meant: the first of its class, and 200 for `default`. */
export function statusOf(key: string): number {
  if (key === 'default') return 200
  return Number(key.replace(/xx$/i, '00'))
}
