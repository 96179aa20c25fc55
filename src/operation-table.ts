import { existsSync } from 'node:fs'
import type { Rules } from './mock/handler.ts'
import { handlerKind } from './mock/handlers-of.ts'
import { ownSpecs } from './paths.ts'
import type { Api } from './spec/api.ts'

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
      handler: handlerKind(api, operation, rules) ?? 'none',
    }
  })
}

const noRules: Rules = { handlers: {} }

/** The rules of `apis/<name>`, found by name so that there is no registry to edit; somebody else's specs have none. */
export async function rulesFor(api: Api, openapi: string): Promise<Rules> {
  if (openapi !== ownSpecs) return noRules
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const file = new URL(`./apis/${api.name}.${extension}`, import.meta.url)
  if (!existsSync(file)) return noRules
  const { rules } = (await import(file.href)) as { rules: Rules }
  return rules
}
