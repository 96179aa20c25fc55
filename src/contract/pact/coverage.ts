import type { Api, OperationId } from '../../spec/api.ts'
import { inferredAt } from '../../spec/inferred.ts'
import { isBrokenJson } from './request.ts'
import { scenariosOf, type Scenario } from './scenario.ts'

/** Whether a status of an operation is in the contract; if not, why. */
export interface StatusCoverage {
  readonly operation: OperationId
  readonly status: string
  readonly documented: boolean
  readonly interactions: number
  /** Why no interaction has the status; `undefined` with none at all means that a scenario is missing. */
  readonly reason: string | undefined
}

/** Why a scenario can't be an interaction of a contract, or `undefined` when it can. */
export function unfitness(scenario: Scenario): string | undefined {
  return isBrokenJson(scenario) ? "a body that is no JSON can't pass the Pact verifier; the conformance suite sends it" : undefined
}

export function coverageOf(api: Api, scenarios: readonly Scenario[] = scenariosOf(api)): StatusCoverage[] {
  return api.operations.flatMap((operation) =>
    Object.entries(operation.responses).map(([status, response]) => {
      const own = scenarios.filter((scenario) => scenario.operation.id === operation.id && String(scenario.status) === status)
      const fit = own.filter((scenario) => unfitness(scenario) === undefined)
      const [unfit] = own.flatMap((scenario) => unfitness(scenario) ?? [])
      return {
        operation: operation.id,
        status,
        documented: response.inferred === undefined && inferredAt(api.document, `${operation.pointer}/responses/${status}`) === undefined,
        interactions: fit.length,
        reason: fit.length > 0 ? undefined : (unfit ?? unfitStatuses[status]),
      }
    }),
  )
}

const unfitStatuses: Readonly<Record<string, string>> = {
  413: 'a body above the limit would make the contract megabytes long; the conformance suite sends it',
}
