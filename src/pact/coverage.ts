import type { Seed } from '../fixtures/seed.ts'
import type { Api, OperationId } from '../openapi/api.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { isBrokenJson } from './request.ts'
import { scenarioContextsOf, type ScenarioContext } from './scenario.ts'

/** Whether a status of an operation is in the contract; if not, why. */
export interface StatusCoverage {
  readonly operation: OperationId
  readonly status: string
  readonly documented: boolean
  readonly interactions: number
  /** Why no interaction has the status, if none has. */
  readonly reason: string | undefined
}

/** Why a scene can't be an interaction of a contract, or `undefined` when it can. */
export function unfitness({ draft }: ScenarioContext): string | undefined {
  return isBrokenJson(draft)
    ? "a body that is no JSON can't pass the Pact verifier; the conformance suite sends it"
    : undefined
}

/** Every declared status of every operation, and whether the contract has it. */
export function coverageOf(
  api: Api,
  seed: Seed,
  scenarioContexts: readonly ScenarioContext[] = scenarioContextsOf(api, seed),
): StatusCoverage[] {
  return api.operations.flatMap((operation) =>
    Object.entries(operation.responses).map(([status, response]) => {
      const own = scenarioContexts.filter(
        (scenarioContext) =>
          scenarioContext.operation.id === operation.id && String(scenarioContext.scenario.status) === status,
      )
      const fit = own.filter((scenarioContext) => unfitness(scenarioContext) === undefined)
      const [unfit] = own.flatMap((scenarioContext) => unfitness(scenarioContext) ?? [])
      return {
        operation: operation.id,
        status,
        documented:
          response.inferred === undefined &&
          assumptionAt(api.document, `${operation.pointer}/responses/${status}`) === undefined,
        interactions: fit.length,
        reason: fit.length > 0 ? undefined : (unfit ?? unfitStatuses[status] ?? NO_SCENARIO),
      }
    }),
  )
}

/** The reason that a spec can do something about. */
export const NO_SCENARIO = 'no entry of x-scenarios has this status'

const unfitStatuses: Readonly<Record<string, string>> = {
  413: 'a body above the limit would make the contract megabytes long; the conformance suite sends it',
}
