import type { Failure } from '../check.ts'
import type { Finding } from '../report/report.ts'
import { titleOf } from '../report/title.ts'

/** What a baseline file names: the same for every run that finds the same thing. */
export function keyOf(failure: Failure): string {
  return [failure.check, failure.operation ?? failure.api, failure.pointer, failure.message].join(' · ')
}

/** Failures with one cause are one finding, the first of them its example. */
export function grouped(failures: readonly Failure[]): Finding[] {
  const found = new Map<string, Failure[]>()
  for (const failure of failures) {
    const key = keyOf(failure)
    found.set(key, [...(found.get(key) ?? []), failure])
  }
  return [...found].map(([key, all]) => {
    const example = all[0] as Failure
    const caseIds = [...new Set(all.map((each) => each.caseId))]
    const tier = all.some((each) => each.tier === 'documented') ? 'documented' : 'assumed'
    return {
      key,
      check: example.check,
      api: example.api,
      operation: example.operation,
      pointer: example.pointer,
      message: example.message,
      title: titleOf(example),
      tier,
      ...(example.why !== undefined && tier === 'assumed' && { why: example.why }),
      count: caseIds.length,
      example,
      caseIds,
    }
  })
}
