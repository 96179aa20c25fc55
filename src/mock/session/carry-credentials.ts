import { UnderstudyError } from '../../errors.ts'
import { CREDENTIALS_STATE, credentialValues } from '../../fixtures/credentials-state.ts'
import { variableValues } from '../../openapi/extensions.ts'
import type { Credential, Seed } from '../../fixtures/seed.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'

/**
 * The values that the state "the request carries credentials" provides: the headers of a seeded credential, and the values of the
 * API's variables. Its parameters are `credential`, the id, and `api` where several APIs have a credential of that id.
 * Throws STATE_INVALID when they name none.
 */
export function carryCredentials(apis: readonly Api[], seeds: readonly Seed[], params: JsonObject): JsonObject {
  const surplus = Object.keys(params).find((name) => name !== 'api' && name !== 'credential')
  if (surplus !== undefined) throw invalid(`has no parameter ${surplus}; it takes: api, credential`)
  const found = seeds
    .filter((seed) => params['api'] === undefined || seed.api === params['api'])
    .flatMap((seed) => {
      const credential = credentialIn(seed, params['credential'])
      return credential === undefined ? [] : [{ seed, credential }]
    })
  const [first, second] = found
  if (first === undefined) {
    const known = seeds.flatMap((seed) => seed.credentials.map(({ id }) => `${id} (${seed.api})`))
    throw invalid(`knows no credential ${JSON.stringify(params['credential'])} of that API; known: ${known.join(', ')}`)
  }
  if (second !== undefined) {
    const names = found.map(({ seed }) => seed.api).join(', ')
    throw invalid(`needs the parameter api: ${names} have a credential ${JSON.stringify(params['credential'])}`)
  }
  const api = apis.find(({ name }) => name === first.seed.api)
  return { ...(api && variableValues(api.document)), ...credentialValues(first.credential.headers) }
}

/** Without an id, the default one. */
function credentialIn({ credentials }: Seed, id: unknown): Credential | undefined {
  return id === undefined ? credentials[0] : credentials.find((credential) => credential.id === id)
}

function invalid(message: string): UnderstudyError {
  return new UnderstudyError('STATE_INVALID', `the provider state ${JSON.stringify(CREDENTIALS_STATE)} ${message}`)
}
