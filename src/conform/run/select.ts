import type { Case } from '../case.ts'
import { isSafe } from '../cases/request-case.ts'
import type { CheckId } from '../check.ts'
import { answerChecks } from '../checks/registry.ts'
import type { Target } from '../target.ts'
import { isFlow } from '../case.ts'
import type { RunOptions } from './api-under-test.ts'

/** A case, and why it is not to be run. */
export interface Selected {
  readonly testCase: Case
  readonly skipped?: string
}

/** The cases that the options ask for, with what the target forbids among them. */
export function select(cases: readonly Case[], target: Target, options: RunOptions): Selected[] {
  const { only, caseId } = options
  if (caseId !== undefined)
    return selected(
      cases.filter(({ id }) => id === caseId),
      target,
    )
  const isGeneral = only?.some((check) => general.has(check)) ?? true
  const wanted = cases.filter((each) => isGeneral || each.checks.some((check) => only?.includes(check)))
  return selected(wanted.slice(0, options.maxCases ?? Infinity), target)
}

function selected(cases: readonly Case[], target: Target): Selected[] {
  return cases.map((testCase) => {
    const skipped = whySkipped(testCase, target)
    return { testCase, ...(skipped !== undefined && { skipped }) }
  })
}

/** Checks that any answer can raise. */
const general: ReadonlySet<CheckId> = new Set(answerChecks.map(({ id }) => id))

function whySkipped(testCase: Case, target: Target): string | undefined {
  const { operation } = testCase
  if (operation && target.forbidden.includes(operation.id)) return `${operation.id} must not be called on this server`
  if (!target.safe) return undefined
  const safe = isFlow(testCase) ? testCase.changesNothing : isSafe(testCase.request.method)
  return safe ? undefined : 'only requests that change nothing are sent (--safe)'
}
