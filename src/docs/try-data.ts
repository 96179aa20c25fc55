import { STATUS_CODES } from 'node:http'
import type { Operation } from '../openapi/api.ts'
import type { TryCredential, TryData, TryOperation, TryScenario } from './client/try-data.ts'
import type { DocumentedApi, SeededCredential } from './documented-api.ts'
import { type Scenario, firstScenario, scenariosOf } from '../openapi/scenario.ts'
import { requestOf } from './scenario-request.ts'

/** What the forms of a page are filled in with. */
export function tryData(docs: DocumentedApi, operations = docs.api.operations): TryData {
  const { api, credentials } = docs
  return {
    file: api.file,
    bases: api.bases,
    credentials: credentials.map(tryCredential),
    operations: Object.fromEntries(operations.map((operation) => [operation.id, tryOperation(docs, operation)])),
  }
}

function tryCredential({ id, description, headers, works, appKey, appSecret }: SeededCredential): TryCredential {
  return {
    id,
    description,
    headers: Object.entries(headers),
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
    credential: credential === undefined ? (docs.credentials[0]?.id ?? null) : credential,
    request: requestOf(docs, operation, scenario),
  }
}
