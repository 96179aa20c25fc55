import type { Operation } from '../openapi/api.ts'
import type { Resource } from '../conform/cases/resource.ts'
import type { ResponseLink } from '../conform/run/links.ts'
import type { OutgoingRequest } from '../conform/transport/transport.ts'

/** One request of a walk, with what it takes over from the answers to earlier ones. */
export interface Step {
  /** Its place in the walk as it was planned; stays when others are left out. */
  readonly number: number
  readonly name: string
  readonly operation: Operation
  /** What the two servers are sent: they may know their things by other names. */
  readonly request: { readonly mock: OutgoingRequest; readonly target: OutgoingRequest }
  readonly takes: readonly Take[]
  /** Why what it tries is an assumption, if it is one. */
  readonly why: string | undefined
}

/** A value out of the answer to an earlier step. */
export type Take =
  /** The id of what that step has created, in the place of the one in the path. */
  | { readonly kind: 'id'; readonly from: number; readonly resource: Resource }
  /** The entity tag that was last seen of the thing in the path; that step has seen one. */
  | { readonly kind: 'tag'; readonly from: number; readonly header: string }
  /** Members of the body, as a link of the spec says. */
  | { readonly kind: 'link'; readonly from: number; readonly link: ResponseLink }

/** The steps without those that take something from a step which is no longer there. */
export function withoutOrphans(steps: readonly Step[]): Step[] {
  const kept = new Set<number>()
  return steps.filter((step) => {
    const isWhole = step.takes.every(({ from }) => kept.has(from))
    if (isWhole) kept.add(step.number)
    return isWhole
  })
}

/** The steps with what they would take from those that are left out as it was written down. */
export function withoutTakes(steps: readonly Step[]): Step[] {
  const kept = new Set(steps.map(({ number }) => number))
  return steps.map((step) => {
    const takes = step.takes.filter(({ from }) => kept.has(from))
    return takes.length === step.takes.length ? step : { ...step, takes }
  })
}
