import type { Rules } from '../mock/handlers/handler.ts'
import { handlerKind } from '../mock/handlers/resolve-handlers.ts'
import type { Api, Operation } from '../openapi/api.ts'

/** One operation as `understudy list` shows it. */
export interface OperationRow {
  readonly api: string
  readonly operationId: string
  readonly method: string
  readonly path: string
  /** Statuses that the vendor's page states. */
  readonly documented: readonly string[]
  /** Statuses that are our assumption. */
  readonly inferred: readonly string[]
  readonly handler: string
}

/** The operations of an API, and its webhooks, which nobody can call. */
export function operationTable(api: Api, rules: Rules): OperationRow[] {
  return [
    ...api.operations.map((operation) => rowOf(operation, handlerKind(api, operation, rules))),
    ...api.webhooks.map((webhook) => rowOf(webhook, 'webhook')),
  ]
}

function rowOf(operation: Operation, handler: string): OperationRow {
  const statuses = Object.entries(operation.responses)
  return {
    api: operation.api,
    operationId: operation.id,
    method: operation.method,
    path: operation.path,
    documented: statuses.filter(([, response]) => response.inferred === undefined).map(([status]) => status),
    inferred: statuses.filter(([, response]) => response.inferred !== undefined).map(([status]) => status),
    handler,
  }
}
