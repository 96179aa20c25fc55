import type { Operation } from '../../openapi/api.ts'
import type { Case } from '../case.ts'
import { brokenBodies, validBodies, type BaseRequest } from './body-cases.ts'
import type { Context } from '../context.ts'
import { shadowedOperation, uncasedOperation } from './uncased.ts'
import { withFreshValues } from './fresh-values.ts'
import { crashCases } from './crash-cases.ts'
import { pathIdCases } from './path-id-cases.ts'
import { mixedUpFlows } from '../flows/mixed-up-flows.ts'
import { brokenParameters, validParameters } from './parameter-cases.ts'
import { bodyProtocolCases } from './protocol/body-protocol-cases.ts'
import { protocolCases } from './protocol/protocol-cases.ts'
import { listFlows } from '../flows/list-flows.ts'
import { randomFlows } from '../flows/random-flows.ts'
import { resourcesOf, type Resource } from './resource.ts'
import { stateFlows } from '../flows/state-flows.ts'
import { basesOf, scenarioCases } from './scenario-cases.ts'
import { raceFlows, traceFlows } from '../flows/trace-flows.ts'
import { securityCases } from './security-cases.ts'
import { signatureFlows } from '../flows/signature-flows.ts'
import { uploadNameFlows } from './upload-cases.ts'

/** What a run consists of, and what its cases were made from. */
export interface PlannedCases {
  readonly cases: readonly Case[]
  /** The request of each operation from which others are made by one change. */
  readonly bases: ReadonlyMap<Operation, BaseRequest>
  readonly resources: readonly Resource[]
}

/** The deterministic cases, then the given ones, then the random ones: `runs` bodies for each operation and kind. */
export function planCases(context: Context, runs: number, more: readonly Case[] = []): PlannedCases {
  const { cases, bases } = allCases(context)
  const random = [...bases.values()].flatMap((base) => randomFlows(context, base, runs))
  return { cases: unique([...cases, ...more, ...random]), bases, resources: resourcesOf(bases, context.api) }
}

function allCases(context: Context): { cases: Case[]; bases: ReadonlyMap<Operation, BaseRequest> } {
  const bases = new Map<Operation, BaseRequest>()
  const own = context.api.operations.flatMap((operation) => {
    const shadowed = shadowedOperation(context, operation)
    if (shadowed) return [shadowed]
    const found = basesOf(context, operation)
    const [first] = found
    if (first) bases.set(operation, first)
    const scenarios = scenarioCases(context, operation)
    if (found.length === 0 && scenarios.length === 0) return [uncasedOperation(context, operation)]
    return [...scenarios, ...withFreshValues(context, found, operationCases(context, found))]
  })
  const resources = resourcesOf(bases, context.api)
  const mixedUp = [...bases.values()].flatMap((base) =>
    mixedUpFlows(
      context,
      base,
      resources.find(({ create }) => create === base),
    ),
  )
  const traces = [...traceFlows(context, bases, own), ...raceFlows(context, bases), ...mixedUp]
  const flows = resources.flatMap((resource) => [...stateFlows(context, resource), ...listFlows(context, resource)])
  return { cases: unique([...own, ...protocolCases(context, bases), ...flows, ...traces]), bases }
}

function operationCases(context: Context, bases: readonly BaseRequest[]): Case[] {
  const [first] = bases
  if (!first) return []
  const broken = new Set<string>()
  const valid = new Set<string>()
  return [
    ...securityCases(context, first),
    ...signatureFlows(context, first),
    ...bodyProtocolCases(context, first),
    ...uploadNameFlows(context, first),
    ...brokenParameters(context, first),
    ...pathIdCases(context, first),
    ...crashCases(context, first),
    ...bases.flatMap((base) => brokenBodies(context, base, broken)),
    ...validParameters(context, first),
    ...bases.flatMap((base) => validBodies(context, base, valid)),
  ]
}

function unique(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>()
  return cases.map((each) => {
    const count = (seen.get(each.id) ?? 0) + 1
    seen.set(each.id, count)
    return count === 1 ? each : { ...each, id: `${each.id} (${count})` }
  })
}
