import { variablesIn } from '../openapi/extensions.ts'
import { UnderstudyError } from '../errors.ts'
import { planCases } from '../conform/cases/cases-for.ts'
import { resourcesOf, type Resource } from '../conform/cases/resource.ts'
import { openControl } from '../conform/run/control.ts'
import { assertReachable } from '../conform/run/preflight.ts'
import { hasSucceeded } from '../conform/transport/exchange.ts'
import type { Transport } from '../conform/transport/transport.ts'
import type { Contexts } from './plan.ts'

/** Both servers while the walk goes on. */
export interface Match {
  readonly contexts: Contexts
  readonly mock: Transport
  readonly target: Transport
  /** Whether both are where they were when a round begins. */
  readonly canReplay: boolean
  /** Where the target is set back, if it can be. */
  readonly resetUrl: string | undefined
  readonly resources: readonly Resource[]
  /** What has been found so far. */
  readonly known: Set<string>
  /** Whether the target is known to have the rows of the seed. */
  readonly hasOurRows: boolean
  /** Ids of our rows that it may not have. */
  readonly lacking: readonly string[]
  /** Ends the walk early. */
  readonly signal: AbortSignal | undefined
  readonly statuses: Map<string, Set<string>>
  readonly undo: (() => Promise<void>)[]
}

/** Finds out what both servers can be told. Throws TARGET_UNREACHABLE when one does not answer or the mock is none. */
export async function openMatch(
  contexts: Contexts,
  mock: Transport,
  target: Transport,
): Promise<Omit<Match, 'signal'>> {
  const { target: described } = contexts.target
  await assertReachable(target, described)
  if (!(await reset(mock)))
    throw new UnderstudyError(
      'TARGET_UNREACHABLE',
      'is not a mock: it cannot be set back',
      contexts.mock.target.baseUrl,
    )
  const control = await openControl(contexts.target, target)
  const { canReset } = control
  return {
    contexts,
    mock,
    target,
    canReplay: canReset || described.safe,
    resetUrl: canReset ? `${described.baseUrl}/__mock/reset` : undefined,
    resources: resourcesOf(planCases(contexts.target, 0).bases),
    known: new Set(),
    hasOurRows: control.knows('') === true,
    lacking: ownRows(contexts.target).filter((value) => control.knows(value) !== true),
    statuses: new Map(),
    undo: [],
  }
}

/** Values of `x-variables` that stand for rows which only our fixtures have, unless the target file names others. */
function ownRows({ api, target }: Contexts['target']): string[] {
  return variablesIn(api.document).flatMap(({ name, value, own }) =>
    own && !(name in target.variables) && typeof value === 'string' ? [value] : [],
  )
}

/** Sets a server back to its seed, and says whether it could be. */
export async function reset(server: Transport): Promise<boolean> {
  return hasSucceeded(await server.send({ method: 'POST', path: '/__mock/reset', headers: [] }))
}
