/** What a stretch of a soak was like, measured once everything that is bounded was full. */
export interface Interval {
  /** Since everything was full, at its end. */
  readonly minute: number
  readonly requests: number
  /** Of the mock's process alone, for one request. */
  readonly cpuUs: number
  readonly medianMs: number
  readonly slowestMs: number
  /** Live objects and buffers of the mock, garbage collected. */
  readonly liveMb: number
  readonly rssMb: number
  /** Since the start. */
  readonly violations: number
}

/** The last third of a soak may cost this much of the first one; measured on a machine that others use, CPU time varies by a fifth. */
const MOST = { cpuUs: 1.35, liveMb: 1.1, rssMb: 1.3 } as const
/** So much memory more is nothing that grows. */
const FREE_MB = 5

/**
 * What grew from the first third of the intervals to the last, by their medians, in words; and violations. Wall time is shown to
 * people and judged by nobody: it says as much of the machine as of the mock.
 */
export function driftsOf(intervals: readonly Interval[]): string[] {
  const third = Math.ceil(intervals.length / 3)
  const [first, last] = [intervals.slice(0, third), intervals.slice(-third)]
  const grown = (['cpuUs', 'liveMb', 'rssMb'] as const).flatMap((name) => {
    const [early, late] = [medianOf(first, name), medianOf(last, name)]
    const isNothing = name !== 'cpuUs' && late - early < FREE_MB
    if (isNothing || late <= MOST[name] * early) return []
    return [`${name} grew from ${early.toFixed(1)} to ${late.toFixed(1)}, by more than ${MOST[name]} times`]
  })
  const violations = intervals.at(-1)?.violations ?? 0
  return [...grown, ...(violations > 0 ? [`${violations} violations of the specs`] : [])]
}

function medianOf(intervals: readonly Interval[], name: keyof typeof MOST): number {
  const values = intervals.map((interval) => interval[name]).toSorted((one, other) => one - other)
  return values[Math.floor(values.length / 2)] ?? 0
}
