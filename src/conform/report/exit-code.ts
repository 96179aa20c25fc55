import type { Report } from './report.ts'

/** 130 for a run that was interrupted, 1 when a documented promise is broken, or with `--strict` an assumption not shared; else 0. */
export function exitCodeOf(report: Report): 0 | 1 | 130 {
  if (report.interrupted) return 130
  return report.failures.length > 0 || (report.strict && report.assumptions.length > 0) ? 1 : 0
}
