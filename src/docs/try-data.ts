import { STATUS_CODES } from 'node:http'
import type { Operation } from '../openapi/api.ts'
import type { TryCredential, TryData, TryOperation, TryScenario } from './client/try-data.ts'
import type { DocumentedApi, SeededCredential } from './documented-api.ts'
import { type Scenario, firstScenario, scenariosOf } from '../openapi/scenario.ts'
import { neededCredential, requestOf } from './scenario-request.ts'
import { anyCredentials } from './any-credential.ts'

/** What the forms of a page are filled in with. */
export function tryData(docs: DocumentedApi, operations = docs.api.operations): TryData {
  const { api, credentials } = docs
  return {
    file: api.file,
    bases: api.bases,
    credentials: credentials.length > 0 ? credentials.map(tryCredential) : madeUp(docs, operations),
    acceptsAny: credentials.length === 0,
    operations: Object.fromEntries(operations.map((operation) => [operation.id, tryOperation(docs, operation)])),
  }
}

/** Whatever satisfies the security requirements of some operations of a mock that has no credentials of its own. */
function madeUp({ api }: DocumentedApi, operations: readonly Operation[]): TryCredential[] {
  const all = operations.flatMap((operation) => anyCredentials(api, operation))
  const byId = new Map(all.map((credential) => [credential.id, credential]))
  return [...byId.values()].map((credential) => ({ ...credential, description: 'any value is accepted', works: true }))
}

function tryCredential({ id, description, headers, works, appKey, appSecret }: SeededCredential): TryCredential {
  return {
    id,
    description,
    headers: Object.entries(headers),
    query: [],
    works,
    ...(typeof appKey === 'string' && typeof appSecret === 'string' && { app: { key: appKey, secret: appSecret } }),
  }
}

function tryOperation(docs: DocumentedApi, operation: Operation): TryOperation {
  const scenarios = scenariosOf(docs.api, operation)
  return {
    mediaTypes: Object.keys(operation.requestBody?.content ?? {}),
    statuses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, { inferred }]) => [
        status,
        { phrase: STATUS_CODES[status] ?? '', assumed: inferred !== undefined },
      ]),
    ),
    scenarios: scenarios.map((scenario) => tryScenario(docs, operation, scenario)),
    first: firstScenario(scenarios)?.name ?? '',
  }
}

function tryScenario(docs: DocumentedApi, operation: Operation, scenario: Scenario): TryScenario {
  const { name, description, status, given, credential } = scenario
  return {
    name,
    description,
    status,
    given,
    credential: credential === undefined ? (docs.credentials[0]?.id ?? neededCredential(docs, operation)?.id ?? null) : credential,
    request: requestOf(docs, operation, scenario),
  }
}
