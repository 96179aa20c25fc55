import type { FlowCase } from '../case.ts'
import { keepsNothing } from './kept-things.ts'
import type { Context } from '../context.ts'
import type { Resource } from '../cases/resource.ts'
import { createFlows } from './create-flows.ts'
import { serverAssignedFlows } from './server-assigned.ts'
import { deleteFlows } from './delete-flows.ts'
import { digestFlows } from './digest-flows.ts'
import { indexFlows } from './index-flows.ts'
import { locationFlows } from './location-flows.ts'
import { idFlows } from './id-flows.ts'
import { readFlows } from './read-flows.ts'
import { refusedFlows } from './refused-flows.ts'
import { tagFlows } from './tag-flows.ts'
import { updateFlows } from './update-flows.ts'

/** What creating, reading, changing and deleting have to do with each other. */
export function stateFlows(context: Context, resource: Resource): FlowCase[] {
  return all(context, resource).map((flow) => onKeptThings(context, resource, flow))
}

/** A document of somebody else may be served by a mock of examples, of which no state can be asked. */
function onKeptThings(context: Context, resource: Resource, flow: FlowCase): FlowCase {
  if (context.api.strict) return flow
  return {
    ...flow,
    play: async (runner) => (await keepsNothing(runner, resource)) ?? flow.play(runner),
  }
}

function all(context: Context, resource: Resource): FlowCase[] {
  return [
    ...createFlows(context, resource),
    ...serverAssignedFlows(context, resource),
    ...locationFlows(context, resource),
    ...digestFlows(context, resource),
    ...readFlows(context, resource),
    ...idFlows(context, resource),
    ...updateFlows(context, resource),
    ...indexFlows(context, resource),
    ...deleteFlows(context, resource),
    ...tagFlows(context, resource),
    ...refusedFlows(context, resource),
  ]
}
