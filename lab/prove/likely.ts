import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Part } from './part.ts'

/**
 * Which case has found a defect last time, by part, case and the ids of its defects. It only says what to try first: a case
 * that is gone or finds nothing any more costs a trial some time, and changes nothing of what comes out.
 */
type Likely = Record<Part, Record<string, readonly string[]>>

/** Not in git: it makes a second run on one machine faster, and that is all. */
const file = fileURLToPath(new URL('../.cache/likely.json', import.meta.url))

/** The ids of cases by the defect that they are likely to find. */
export function likelyCases(part: Part): ReadonlyMap<string, string> {
  return new Map(Object.entries(read()[part]).flatMap(([caseId, ids]) => ids.map((id) => [id, caseId] as const)))
}

/** Which case has found a defect, if one has. */
interface Found {
  readonly id: string
  readonly foundBy?: string
}

/** Remembers what has found what; defects that were not tried this time keep what is known of them. */
export function rememberLikely(trials: Readonly<Record<Part, readonly Found[]>>): void {
  const likely: Likely = { seeded: merged('seeded', trials), independent: merged('independent', trials) }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(likely, null, 2)}\n`)
}

function merged(part: Part, trials: Readonly<Record<Part, readonly Found[]>>): Record<string, readonly string[]> {
  const cases = new Map(likelyCases(part))
  for (const { id, foundBy } of trials[part]) {
    if (foundBy === undefined) cases.delete(id)
    else cases.set(id, foundBy)
  }
  const grouped: Record<string, string[]> = {}
  for (const [id, caseId] of [...cases].toSorted(byName)) (grouped[caseId] ??= []).push(id)
  return Object.fromEntries(Object.entries(grouped).toSorted(byName))
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}

function read(): Likely {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Likely) : { seeded: {}, independent: {} }
}
