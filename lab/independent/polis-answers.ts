import { createHash } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { type HttpResponse, json } from './http.ts'
import type { Interaction } from './polis-interaction.ts'
import { type Flawed, Refusal } from './refusal.ts'

export function finished(flawed: Flawed, response: HttpResponse): HttpResponse {
  if (!flawed('protocol/json-as-text')) return response
  return { ...response, headers: { ...response.headers, 'content-type': 'text/html; charset=utf-8' } }
}

export function refusalResponse(flawed: Flawed, { status, message }: Refusal): HttpResponse {
  const name = STATUS_CODES[status] ?? 'Error'
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer realm="polis"' } : {}
  if (flawed('errors/html')) {
    return {
      status,
      headers: { ...challenge, 'content-type': 'text/html' },
      body: `<h1>${name}</h1><p>${message}</p>`,
    }
  }
  const shown = flawed('errors/stack-in-message')
    ? `${message}\n    at Polis.answer (/srv/app/node_modules/polis/index.js:42:7)`
    : flawed('errors/nothing-named')
      ? 'the request is not valid'
      : message
  const body = {
    ...(flawed('errors/no-message') ? {} : { message: shown }),
    error: flawed('errors/code-instead-of-name') ? status : name,
    ...(flawed('errors/no-status-code')
      ? {}
      : { statusCode: flawed('errors/status-code-as-text') ? String(status) : status }),
  }
  if (flawed('errors/nested')) return json(status, { error: body }, challenge)
  return json(flawed('errors/status-200') ? 200 : status, body, challenge)
}

export function refuseMethod(flawed: Flawed, methods: readonly string[]): HttpResponse {
  if (flawed('protocol/404-instead-of-405')) throw new Refusal(404, 'there is nothing here')
  const response = refusalResponse(flawed, new Refusal(405, 'this resource has no such method'))
  return flawed('protocol/405-without-allow')
    ? response
    : { ...response, headers: { ...response.headers, allow: allowed(flawed, methods) } }
}

export function allowed(flawed: Flawed, methods: readonly string[]): string {
  const missing = flawed('protocol/allow-lacks-patch') ? 'PATCH' : flawed('protocol/allow-lacks-post') ? 'POST' : ''
  return [...methods.filter((method) => method !== missing), ...(flawed('protocol/allow-has-put') ? ['PUT'] : [])].join(
    ', ',
  )
}

export function shownRow(flawed: Flawed, row: Interaction): unknown {
  const { customerId, securityGroupId, id, meta, data } = row
  const { distance: _distance, ...others } = data
  const { modifiedBy: _modifiedBy, ...metaWithout } = meta
  return {
    ...(flawed('shown/no-customer') ? {} : { customerId }),
    ...(flawed('shown/no-security-group') ? {} : { securityGroupId }),
    ...(flawed('shown/snake-case') ? { security_group_id: securityGroupId } : {}),
    id,
    meta: flawed('shown/no-modified-by')
      ? metaWithout
      : flawed('shown/created-as-number')
        ? { ...meta, created: Date.parse(meta.created) }
        : meta,
    data: flawed('shown/no-distance') ? others : flawed('shown/nothing-null') ? { turfId: null, ...data } : data,
    ...(flawed('shown/storage-leaks') ? { _id: id, __v: 0 } : {}),
  }
}

export function tagHeader(flawed: Flawed, row: Interaction): Record<string, string> {
  return {
    etag: `"${flawed('shown/tag-header-of-its-own') ? createHash('sha1').update(row.id).digest('hex') : row.meta.etag}"`,
  }
}
