import { type Draft, isDraft } from './draft.ts'
import { pointerTo, valueAt } from '../pointer.ts'
import { type At, below } from './at.ts'
import { objectIn } from './content.ts'
import type { Repair, Visit } from './repair.ts'
import { textOf } from '../text-of.ts'

/** A security scheme that the kit can check; any other is taken out, and what asks for it is as if it were given. */
export const visitSecurityScheme: Visit = (repair, holder, key, at) => {
  const scheme = objectIn(repair, holder, key, at, 'securityScheme')
  if (!scheme) return
  const { type } = scheme
  const kind = typeof type === 'string' ? type.toLowerCase() : ''
  if (kind === 'basic') Object.assign(scheme, { type: 'http', scheme: 'basic' })
  else if (kind === 'bearer') Object.assign(scheme, { type: 'http', scheme: 'bearer' })
  else if (kind === 'oauth2') {
    scheme['type'] = 'oauth2'
    if (repair.version === '2.0') swaggerFlows(scheme)
  } else if (kind === 'apikey' && isKey(scheme)) scheme['type'] = 'apiKey'
  else if (kind === 'openidconnect') scheme['type'] = 'openIdConnect'
  else if (kind === 'http' && typeof scheme['scheme'] === 'string') scheme['type'] = 'http'
  else {
    const what = kind === 'mutualtls' ? 'is mutual TLS' : 'is not a security scheme that can be checked'
    repair.note(at, what, 'it is taken as given')
    delete holder[key]
  }
}

function isKey({ in: place, name }: Draft): boolean {
  return typeof name === 'string' && (place === 'header' || place === 'query' || place === 'cookie')
}

const flowNames: Readonly<Record<string, string>> = { accessCode: 'authorizationCode', application: 'clientCredentials' }

function swaggerFlows(scheme: Draft): void {
  const { flow, authorizationUrl, tokenUrl, scopes } = scheme
  for (const name of ['flow', 'authorizationUrl', 'tokenUrl', 'scopes']) delete scheme[name]
  const parts = { authorizationUrl, tokenUrl, scopes: isDraft(scopes) ? scopes : {} }
  const name = textOf(flow ?? 'implicit')
  scheme['flows'] = {
    [flowNames[name] ?? name]: Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)),
  }
}

/** Requirements as an array of objects whose names are declared; the others are taken as given. */
export function mendRequirements(repair: Repair, owner: Draft, at: At): void {
  const { security } = owner
  if (security === undefined) return
  const place = below(at, 'security')
  if (!Array.isArray(security)) {
    repair.note(place, 'is no array', isDraft(security) ? 'it is taken for the only alternative' : 'it is left out')
    if (isDraft(security)) owner['security'] = [security]
    else delete owner['security']
    return mendRequirements(repair, owner, at)
  }
  owner['security'] = security.filter(isDraft).map((requirement) => known(repair, requirement, place))
}

function known(repair: Repair, requirement: Readonly<Record<string, unknown>>, at: At): Draft {
  const names = Object.keys(requirement).filter((name) => {
    const pointer = pointerTo('/components/securitySchemes', name)
    const isKnown = valueAt(repair.root, pointer) !== undefined
    if (!isKnown) repair.count(at, `asks for ${name}, which is not a declared scheme`, 'it is taken as given')
    return isKnown
  })
  return Object.fromEntries(names.map((name) => [name, Array.isArray(requirement[name]) ? requirement[name] : []]))
}
