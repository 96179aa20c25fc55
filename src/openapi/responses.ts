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

/** Whether one of these names means a status. `default` is for refusals here: what succeeds has a response of its own. */
export function meansStatus(key: string, status: number): boolean {
  if (key === 'default') return status >= 400
  return key === String(status) || (/^\dxx$/i.test(key) && key[0] === String(status)[0])
}

/** The declared successes, in the order of the document. */
export function successKeys(responses: Responses<unknown>): string[] {
  return Object.keys(responses).filter((key) => key.startsWith('2'))
}

/** The response that a success has: the first that is declared, or else the `default` one. */
export function successKey(responses: Responses<unknown>): string | undefined {
  return successKeys(responses)[0] ?? (Object.hasOwn(responses, 'default') ? 'default' : undefined)
}

/** The declared refusals of a request, `default` among them. */
export function refusalKeys(responses: Responses<unknown>): string[] {
  return Object.keys(responses).filter((key) => key.startsWith('4') || key === 'default')
}

/** The number that is sent where a declared status is meant: the first of its class, and 200 for `default`. */
export function statusOf(key: string): number {
  if (key === 'default') return 200
  return Number(key.replace(/xx$/i, '00'))
}
