import { type HttpResponse, json } from './http.ts'
import type { Json, JsonObject } from './json.ts'
import type { Has, Refusal as ProtocolRefusal } from './protocol.ts'

export function refusalResponse(
  has: Has,
  refusal: ProtocolRefusal & { readonly code?: string | undefined },
): HttpResponse {
  const { status, message, code, headers } = refusal
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  const shown = code === undefined || has('errors/no-code') ? {} : { error: code }
  if (has('errors/html'))
    return { status, headers: { ...headers, ...challenge, 'content-type': 'text/html' }, body: `<p>${message}</p>` }
  const always = has('errors/code-always') && code === undefined ? { error: 'error' } : shown
  const body = {
    ...(has('errors/no-message') ? {} : { message }),
    ...always,
    ...(has('errors/no-success')
      ? {}
      : { success: has('errors/success-true') || (has('errors/success-as-text') ? 'false' : false) }),
  }
  return json(has('errors/status-200') ? 200 : status, body, { ...headers, ...challenge })
}

export function listed(has: Has, fields: readonly JsonObject[]): readonly JsonObject[] {
  if (has('register/only-new-values-listed')) return fields.filter((field) => field['status'] === 'updated')
  if (has('register/first-field-not-listed')) return fields.slice(1)
  return has('register/fields-listed-backwards') ? fields.toReversed() : fields
}

export function kept(has: Has, value: Json): Json {
  if (typeof value !== 'string') return value
  if (has('register/texts-cut-off')) return value.slice(0, 255)
  return has('register/texts-stored-as-latin-1') ? Buffer.from(value, 'latin1').toString('latin1') : value
}

export function envelope(has: Has, message: string): JsonObject {
  return {
    ...(has('answers/no-success') ? {} : { success: has('answers/success-as-number') ? 1 : true }),
    message,
    ...(has('answers/error-null') ? { error: null } : {}),
  }
}
