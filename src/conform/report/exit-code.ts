import { UNCASED } from '../cases/uncased.ts'
import type { Report } from './report.ts'

/**
 * 130 for a run that was interrupted, 3 for one that a limit of the rate has ended, 1 when a documented promise is broken, or
 * with `--strict` an assumption not shared or an operation not called; else 0.
 */
export function exitCodeOf(report: Report): 0 | 1 | 3 | 130 {
  if (report.interrupted) return 130
  if (report.limited) return 3
  const isUncased = report.notReached.some(({ reason }) => reason.startsWith(UNCASED))
  return report.failures.length > 0 || (report.strict && (report.assumptions.length > 0 || isUncased)) ? 1 : 0
}
