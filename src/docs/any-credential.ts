import type { Api, Operation, SecurityScheme } from '../openapi/api.ts'
import type { Pair } from './client/request.ts'

/** What a request carries to be let in where the mock knows no credentials: it accepts any value then. */
export interface AnyCredential {
  /** The security schemes that it satisfies together, as the document names them: `api_key and app_id`. */
  readonly id: string
  readonly headers: readonly Pair[]
  readonly query: readonly Pair[]
}

/** One made-up credential for each alternative of an operation's security requirements; none where no credentials are needed. */
export function anyCredentials({ securitySchemes }: Api, { security }: Operation): AnyCredential[] {
  return security.flatMap((names) => {
    const parts = names.flatMap((name) => securitySchemes[name] ?? [])
    return parts.length === 0 ? [] : [credentialFor(names, parts)]
  })
}

function credentialFor(names: readonly string[], schemes: readonly SecurityScheme[]): AnyCredential {
  const within = (place: 'header' | 'query' | 'cookie'): Pair[] =>
    schemes.flatMap((scheme) =>
      scheme.kind === 'apiKey' && scheme.in === place ? [[scheme.name, 'any-key'] as const] : [],
    )
  const cookies = within('cookie').map(([name, value]) => `${name}=${value}`)
  return {
    id: names.join(' and '),
    headers: [
      ...schemes.flatMap((scheme) => (scheme.kind === 'http' ? [['authorization', authorization(scheme.scheme)] as const] : [])),
      ...within('header').map(([name, value]) => [name.toLowerCase(), value] as const),
      ...(cookies.length > 0 ? [['cookie', cookies.join('; ')] as const] : []),
    ],
    query: within('query'),
  }
}

function authorization(scheme: string): string {
  if (scheme === 'bearer') return 'Bearer any-token'
  // RFC 7617: user name and password, here both `any`.
  if (scheme === 'basic') return `Basic ${btoa('any:any')}`
  return `${scheme.charAt(0).toUpperCase()}${scheme.slice(1)} any-credentials`
}
