import type { Api, Operation, SecurityScheme } from '../../openapi/api.ts'
import type { Scenario } from '../../openapi/scenario.ts'
import type { Context } from '../context.ts'

/** Nobody knows a credential: one of the right form, which a server that asks for no more accepts. */
export function inventedCredential(api: Api, { security }: Operation): Readonly<Record<string, string>> {
  const alternatives = security.map((names) => names.flatMap((name) => inventedHeader(api.securitySchemes[name])))
  // Two schemes that stand in one header cannot be sent together.
  const sendable = alternatives.find((pairs) => new Set(pairs.map(([name]) => name)).size === pairs.length)
  return Object.fromEntries(sendable ?? alternatives[0] ?? [])
}

/** Whether a credential of the target, or one of the right form, can be sent at all. */
export function isSendable({ api, target }: Context, { security }: Operation, { credential }: Scenario): boolean {
  if (credential !== undefined || Object.keys(target.credentials).length > 0 || security.length === 0) return true
  return security.some((names) => {
    const headers = names.flatMap((name) => inventedHeader(api.securitySchemes[name]).map(([header]) => header))
    return new Set(headers).size === headers.length
  })
}

function inventedHeader(scheme: SecurityScheme | undefined): [string, string][] {
  if (scheme?.kind === 'http') return [['authorization', `${inCapital(scheme.scheme)} ${invented(scheme.scheme)}`]]
  if (scheme?.kind !== 'apiKey') return []
  if (scheme.in === 'cookie') return [['cookie', `${scheme.name}=understudy`]]
  return scheme.in === 'header' ? [[scheme.name.toLowerCase(), 'understudy']] : []
}

function inCapital(scheme: string): string {
  return scheme.slice(0, 1).toUpperCase() + scheme.slice(1)
}

function invented(scheme: string): string {
  return scheme.toLowerCase() === 'basic' ? Buffer.from('understudy:understudy').toString('base64') : 'understudy'
}
