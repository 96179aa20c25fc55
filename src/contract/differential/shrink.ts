import { withoutOrphans, type Step } from './step.ts'

/**
 * The shortest walk with the same last step that still shows the difference (Zeller's delta debugging, complements only).
 * Gives up after `tries` replays with what it has.
 */
export async function shrunk(
  steps: readonly Step[],
  shows: (steps: readonly Step[]) => Promise<boolean>,
  tries: number,
): Promise<Step[]> {
  const last = steps.at(-1)
  let current = [...steps]
  let left = tries
  for (let size = Math.ceil((current.length - 1) / 2); size >= 1 && current.length > 1;) {
    const candidate = await firstShowing(current, size)
    if (candidate) current = candidate
    else if (size === 1 || left <= 0) break
    size = Math.max(1, Math.min(candidate ? size : Math.floor(size / 2), current.length - 1))
  }
  return current

  async function firstShowing(walk: readonly Step[], size: number): Promise<Step[] | undefined> {
    for (let start = 0; start < walk.length - 1 && left > 0; start += size) {
      const rest = [...walk.slice(0, start), ...walk.slice(Math.min(start + size, walk.length - 1))]
      const candidate = withoutOrphans(rest)
      if (candidate.at(-1) !== last) continue
      left--
      if (await shows(candidate)) return candidate
    }
    return undefined
  }
}
