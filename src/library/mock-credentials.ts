import { workingCredentials } from '../mock/engine/authenticate.ts'
import type { Engine } from '../mock/engine/engine.ts'
import type { Credential } from '../fixtures/seed.ts'
import type { Session } from '../mock/session/session.ts'

/** The ids of the credentials that the package's own APIs begin with. */
interface OwnCredentials {
  readonly 'cloud-payments':
    | 'service-owner'
    | 'company-user'
    | 'consumer'
    | 'cbd-app'
    | 'acme-service-owner'
    | 'acme-app'
  readonly dialogportal: 'anonymous' | 'app' | 'malformed-signature'
  readonly digitalchalk: 'admin' | 'revoked-token'
  readonly polis: 'user-a' | 'user-b' | 'user-c'
  readonly regit: 'user-a' | 'user-b' | 'user-c'
}

/** By API and id: `mock.credentials.polis['user-a'].headers`. */
export type MockCredentials = {
  readonly [Api in keyof OwnCredentials]: Readonly<Record<OwnCredentials[Api], Credential>>
} & Readonly<Record<string, Readonly<Record<string, Credential>>>>

/** Those that work at this moment in a session, of the APIs that are served. */
export function mockCredentials(engines: readonly Engine[], session: Session): MockCredentials {
  const known = engines.map((engine) => {
    const credentials = workingCredentials(engine.rules, session.world.state(engine.api.name))
    return [engine.api.name, Object.fromEntries(credentials.map((credential) => [credential.id, credential]))]
  })
  // A test compares the ids with the fixtures; an API that is not served has none.
  return Object.fromEntries(known) as MockCredentials
}
