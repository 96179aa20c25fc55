const RUN_IDS = 1_000_000

/** What tells a run from earlier ones, 0 to 999,999: the second in which it starts, which comes again after eleven days. */
export function newRunId(): number {
  return Math.floor((performance.timeOrigin + performance.now()) / 1000) % RUN_IDS
}

/** Always as long: one run's id with a number behind it is never another's. */
export function runDigits(runId: number): string {
  return String(runId).padStart(6, '0')
}
