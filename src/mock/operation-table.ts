import type { Rules } from './handlers/handler.ts'
import { handlerKind } from './handlers/resolve-handlers.ts'
import type { Api } from '../openapi/api.ts'

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

export function operationTable(api: Api, rules: Rules): OperationRow[] {
  return api.operations.map((operation) => {
    const statuses = Object.entries(operation.responses)
    return {
      api: api.name,
      operationId: operation.id,
      method: operation.method,
      path: operation.path,
      documented: statuses.filter(([, response]) => response.inferred === undefined).map(([status]) => status),
      inferred: statuses.filter(([, response]) => response.inferred !== undefined).map(([status]) => status),
      handler: handlerKind(api, operation, rules),
    }
  })
}
