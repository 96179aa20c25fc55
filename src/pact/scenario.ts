import { UnderstudyError } from '../errors.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { Api, Operation, Pointer } from '../openapi/api.ts'
import { pointerTo } from '../openapi/pointer.ts'
import { createContext, type Context } from '../conform/context.ts'
import { draftOf, type Draft } from '../conform/cases/draft.ts'
import { scenariosOf, type Scenario } from '../openapi/scenario.ts'
import { targetAt } from '../conform/target.ts'

/** A scenario of the spec with what it sends to the server that the seed describes. */
export interface ScenarioContext {
  readonly context: Context
  readonly operation: Operation
  readonly scenario: Scenario
  /** Unique in the API. */
  readonly description: string
  readonly draft: Draft
}

/** Told of a scenario that can't be sent, and why. */
export type LeaveOut = (left: { readonly description: string; readonly reason: string }) => void

/**
 * The scenarios of an API, in the order of the document. One that can't be sent is left out of somebody else's document; of ours,
 * it throws SPEC_INVALID.
 */
export function scenarioContextsOf(api: Api, seed: Seed, leaveOut: LeaveOut = () => undefined): ScenarioContext[] {
  const context = createContext(api, seed, targetAt(api, seed, 'http://localhost'))
  const seen = new Set<string>()
  return api.operations.flatMap((operation) =>
    scenariosOf(api, operation).flatMap((scenario) => {
      const description = uniqueName(seen, scenario)
      if (api.strict && description.endsWith(' #2'))
        throw invalid(api, scenario.pointer, `repeats the description ${JSON.stringify(description)}`)
      seen.add(description)
      const draft = draftOf(context, operation, scenario)
      if (!('missing' in draft)) return [{ context, operation, scenario, description, draft }]
      if (api.strict) throw invalid(api, ...unsent(api, scenario, draft.missing))
      leaveOut({ description, reason: draft.missing })
      return []
    }),
  )
}

function unsent(api: Api, { credential, pointer }: Scenario, reason: string): [place: Pointer, reason: string] {
  if (typeof credential !== 'string') return [pointer, reason]
  return [pointerTo(pointer, 'credential'), `is not a credential of fixtures/${api.name}/credentials.json`]
}

export function invalid(api: Api, pointer: Pointer, reason: string): UnderstudyError {
  return new UnderstudyError('SPEC_INVALID', reason, `${api.file}#${pointer}`)
}

/** Its own words, with the scenario's name or a number behind them where another has the same. */
function uniqueName(seen: ReadonlySet<string>, { description, name }: Scenario): string {
  const named = `${description} (${name})`
  if (!seen.has(description)) return description
  if (!seen.has(named)) return named
  let number = 2
  while (seen.has(`${named} #${number}`)) number++
  return `${named} #${number}`
}
