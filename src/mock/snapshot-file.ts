import type { Api } from '../spec/api.ts'
import type { ClockSetting } from '../store/clock.ts'
import type { FaultSnapshot } from './faults.ts'
import type { SessionSnapshot } from './session.ts'
import type { Sessions } from './sessions.ts'
import { planRows, type Rows, rowsOf } from './state-rows.ts'

/** A snapshot as JSON, for a file or another mock. */
export interface SnapshotFile {
  readonly format: 'understudy-snapshot-1'
  readonly seed: number
  readonly clock: ClockSetting
  readonly ids: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly faults: FaultSnapshot
  readonly rows: Rows
}

export function exportSnapshot(apis: readonly Api[], sessions: Sessions, { world, faults }: SessionSnapshot): SnapshotFile {
  const ids = Object.entries(world.ids).map(([api, counts]) => [api, Object.fromEntries(counts)])
  return {
    format: 'understudy-snapshot-1',
    seed: world.seed,
    clock: world.clock,
    ids: Object.fromEntries(ids) as SnapshotFile['ids'],
    faults,
    rows: rowsOf(apis, sessions.worldAt(world)),
  }
}

/** Checks every row against the specs; collections that the file leaves out are those of the seed. */
export function importSnapshot(apis: readonly Api[], sessions: Sessions, file: SnapshotFile): SessionSnapshot | { readonly problem: string } {
  const ids = Object.entries(file.ids).map(([api, counts]) => [api, new Map(Object.entries(counts))] as const)
  const world = sessions.worldAt({ ...sessions.seed.world, seed: file.seed, clock: file.clock, ids: Object.fromEntries(ids) })
  const planned = planRows(apis, world, file.rows)
  if ('problem' in planned) return { problem: `/rows${planned.problem}` }
  planned.put()
  return { world: world.snapshot(), faults: file.faults }
}
