import { withoutOrphans, withoutTakes, type Step } from './step.ts'

/**
 * The shortest walk with the same last step that still shows the difference: parts are left out, big ones first, as long as
 * it stays (after Zeller's delta debugging); first of all everything but the last step, which shows most differences alone.
 * Ends with what it has after `tries` replays.
 */
export async function shrunk(
  steps: readonly Step[],
  shows: (steps: readonly Step[]) => Promise<boolean>,
  tries: number,
): Promise<Step[]> {
  const last = steps.at(-1)?.number
  let current = [...steps]
  let left = tries
  for (let size = Math.max(current.length - 1, 1), before = 0; size >= 1 && left > 0;) {
    before = current.length
    for (let start = 0; start < current.length - 1 && left > 0;) {
      const end = Math.min(start + size, current.length - 1)
      const rest = [...current.slice(0, start), ...current.slice(end)]
      const candidates = [withoutOrphans(rest), withoutTakes(rest)].filter((each) => each.at(-1)?.number === last)
      const found = await firstShowing(candidates)
      if (found) current = found
      else start = end
    }
    if (size === 1 && current.length === before) break
    size = Math.max(1, Math.floor(size / 2))
  }
  return current

  async function firstShowing(candidates: readonly (readonly Step[])[]): Promise<Step[] | undefined> {
    for (const candidate of candidates) {
      left--
      if (left >= 0 && (await shows(candidate))) return [...candidate]
    }
    return undefined
  }
}
