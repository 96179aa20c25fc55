import type { CheckId } from '../check.ts'
import type { Finding } from './report.ts'

/** Findings that have one cause as far as can be seen: one check that fails alike, on however many operations. */
export interface Cause {
  readonly check: CheckId
  /** The first of them, which stands for all. */
  readonly first: Finding
  readonly findings: readonly Finding[]
  /** Without repetition, in the order of the report. */
  readonly operations: readonly string[]
}

/** Groups by check and message, whatever the operation and the place in the spec. */
export function causesOf(findings: readonly Finding[]): Cause[] {
  return groupedBy(findings, ({ check, message }) => `${check} ${message}`)
}

/** Groups by check alone: one line for each kind. */
export function kindsOf(findings: readonly Finding[]): Cause[] {
  return groupedBy(findings, ({ check }) => check)
}

function groupedBy(findings: readonly Finding[], key: (finding: Finding) => string): Cause[] {
  const groups = new Map<string, [Finding, ...Finding[]]>()
  for (const finding of findings) {
    const group = groups.get(key(finding))
    if (group) group.push(finding)
    else groups.set(key(finding), [finding])
  }
  return [...groups.values()].map((all) => ({
    check: all[0].check,
    first: all[0],
    findings: all,
    operations: [...new Set(all.map(({ operation, api }) => operation ?? `${api} (routing)`))],
  }))
}

/** `createPet`, or of more than three only how many. */
export function operationsText({ operations }: Pick<Cause, 'operations'>): string {
  return operations.length > 3 ? `${operations.length} operations` : operations.join(', ')
}
