import { readFileSync, statSync } from 'node:fs'
import { UnderstudyError } from '../../errors.ts'
import { writeFileWhole } from '../../output/write-file.ts'
import type { Api, JsonObject } from '../../openapi/api.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { type ClockSetting, MAX_TIME_MS, MIN_TIME_MS } from '../../store/clock.ts'
import { type FaultSnapshot, unknownTarget } from './faults.ts'
import type { InputCheck } from './input-check.ts'
import { ref } from './json-schema.ts'
import { overrideMisfit } from './make-override.ts'
import { noOverrides, type OverrideSnapshot } from './overrides.ts'
import type { SessionSnapshot } from './session.ts'
import type { Sessions } from './sessions.ts'
import { type Misfit, planRows, type Rows, rowsOf } from './state-rows.ts'

/** A snapshot as JSON, for a file or another mock. */
export interface SnapshotFile {
  readonly format: 'understudy-snapshot-1'
  readonly seed: number
  readonly clock: ClockSetting
  /** How many ids each stream has given out, by API; those of the mock itself under ''. */
  readonly ids: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly faults: FaultSnapshot
  /** Missing in the files of older versions. */
  readonly overrides?: OverrideSnapshot
  readonly rows: Rows
}

/** What is there of a kind, and the number that the next one gets. */
function numbered(name: string, item: string): JsonObject {
  return {
    type: 'object',
    required: ['next', name],
    properties: { next: { type: 'integer', minimum: 1 }, [name]: { type: 'array', items: ref(item) } },
    additionalProperties: false,
  }
}

/** The shape of a snapshot; its rows are validated by the specs. */
export const snapshotSchema: JsonObject = {
  $id: 'Snapshot',
  type: 'object',
  required: ['format', 'seed', 'clock', 'ids', 'faults', 'rows'],
  additionalProperties: false,
  properties: {
    format: { const: 'understudy-snapshot-1' },
    seed: { type: 'integer', minimum: 0 },
    clock: {
      type: 'object',
      required: ['mode'],
      properties: {
        mode: { enum: ['real', 'frozen'] },
        nowMs: { type: 'number', minimum: MIN_TIME_MS, maximum: MAX_TIME_MS },
        offsetMs: { type: 'number', minimum: -MAX_TIME_MS, maximum: MAX_TIME_MS },
      },
      additionalProperties: false,
      if: { properties: { mode: { const: 'frozen' } } },
      then: { required: ['nowMs'] },
      else: { required: ['offsetMs'] },
    },
    ids: {
      type: 'object',
      additionalProperties: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
    },
    faults: numbered('faults', 'Fault'),
    overrides: numbered('overrides', 'Override'),
    rows: ref('State'),
  },
}

export function exportSnapshot(
  apis: readonly Api[],
  sessions: Sessions,
  { world, faults, overrides }: SessionSnapshot,
): SnapshotFile {
  const ids = Object.entries(world.ids).flatMap(([api, counts]) =>
    counts.size === 0 ? [] : [[api, Object.fromEntries(counts)]],
  )
  return {
    format: 'understudy-snapshot-1',
    seed: world.seed,
    clock: world.clock,
    ids: Object.fromEntries(ids) as SnapshotFile['ids'],
    faults,
    overrides,
    rows: rowsOf(apis, sessions.worldAt(world)),
  }
}

/** Checks a file of the right shape against the specs, whole; collections that it leaves out are those of the seed. */
export function importSnapshot(
  apis: readonly Api[],
  sessions: Sessions,
  file: SnapshotFile,
): SessionSnapshot | { readonly misfit: Misfit } {
  const names = apis.map(({ name }) => name)
  const stranger = Object.keys(file.ids).find((name) => name !== '' && !names.includes(name))
  if (stranger !== undefined)
    return { misfit: { pointer: pointerTo('/ids', stranger), message: 'names an API that is not served' } }
  const targets = [
    ...file.faults.faults.map((fault, index) => [fault, pointerTo('/faults/faults', index)] as const),
    ...(file.overrides?.overrides ?? []).map(
      (each, index) => [each, pointerTo('/overrides/overrides', index)] as const,
    ),
  ]
  for (const [target, pointer] of targets) {
    const unknown = unknownTarget(apis, target)
    if (unknown) return { misfit: { pointer: pointerTo(pointer, unknown), message: 'names nothing that is served' } }
  }
  for (const [index, override] of (file.overrides?.overrides ?? []).entries()) {
    const message = overrideMisfit(apis, override)
    if (message !== undefined) return { misfit: { pointer: pointerTo('/overrides/overrides', index), message } }
  }
  const ids = Object.entries(file.ids).map(([api, counts]) => [api, new Map(Object.entries(counts))] as const)
  const world = sessions.worldAt({
    ...sessions.seed.world,
    seed: file.seed,
    clock: file.clock,
    ids: Object.fromEntries(ids),
  })
  const planned = planRows(apis, world, file.rows)
  if ('misfit' in planned) return { misfit: { ...planned.misfit, pointer: `/rows${planned.misfit.pointer}` } }
  planned.put()
  return { world: world.snapshot(), faults: file.faults, overrides: file.overrides ?? noOverrides }
}

/** Reads a snapshot from a file, `undefined` if there is none. Throws SNAPSHOT_INVALID with `file#/pointer`; nothing is loaded then. */
export function readSnapshotFile(
  inputs: InputCheck,
  apis: readonly Api[],
  sessions: Sessions,
  file: string,
): SessionSnapshot | undefined {
  const content = readJson(file)
  if (content === undefined) return undefined
  const [error] = inputs.errorsOf(snapshotSchema, content)
  if (error) throw new UnderstudyError('SNAPSHOT_INVALID', error.message, `${file}#${error.at}`)
  const imported = importSnapshot(apis, sessions, content as SnapshotFile)
  if ('misfit' in imported)
    throw new UnderstudyError('SNAPSHOT_INVALID', imported.misfit.message, `${file}#${imported.misfit.pointer}`)
  return imported
}

/** Which version of a file this is: another after each write by us. `''` where there is none. */
export function snapshotStamp(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats ? `${stats.ino} ${stats.mtimeMs} ${stats.size}` : ''
}

/**
 * Writes the default session, whole or not at all. Throws USAGE where it can't, and where another mock has written the file since
 * the stamp was taken: this session is written beside it then, so that nobody's rows are lost.
 */
export function writeSnapshotFile(apis: readonly Api[], sessions: Sessions, file: string, stamp?: string): void {
  const text = JSON.stringify(exportSnapshot(apis, sessions, sessions.default.snapshot()), undefined, 2)
  if (stamp === undefined || stamp === snapshotStamp(file)) return writeFileWhole(file, `${text}\n`)
  const beside = `${file}.${process.pid}.json`
  writeFileWhole(beside, `${text}\n`)
  throw new UnderstudyError(
    'USAGE',
    `was written by another mock in the meantime and stays as it is; the rows of this one are in ${beside}`,
    file,
  )
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UnderstudyError('SNAPSHOT_INVALID', (error as Error).message, file)
  }
}
