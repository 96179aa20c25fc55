import type { CheckedPact, PactFinding } from './check.ts'
import type { JunitCase, JunitSuite } from '../conform/report/junit.ts'
import type { VerifiedInteraction } from './verified-interaction.ts'

/** One line for an interaction, and one more for each thing that differs. */
export function verifiedLines({ api, description, verdict, reasons, durationMs }: VerifiedInteraction): string[] {
  const time = verdict === 'skipped' ? '' : ` (${durationMs} ms)`
  if (verdict === 'skipped') return [`${marks.skipped} ${api}: ${description} - skipped: ${reasons.join('; ')}`]
  return [`${marks[verdict]} ${api}: ${description}${time}`, ...reasons.map((reason) => `    ${reason}`)]
}

const marks = { passed: 'ok     ', failed: 'FAILED ', assumption: 'differs', skipped: 'skipped' } as const

export function verifiedSummary(results: readonly VerifiedInteraction[]): string {
  const count = (verdict: VerifiedInteraction['verdict']): number =>
    results.filter((each) => each.verdict === verdict).length
  const parts = [`${results.length} interactions`, `${count('passed')} kept`, `${count('failed')} failed`]
  return `${parts.join(', ')}, ${count('assumption')} differ from an assumption only, ${count('skipped')} skipped`
}

export function verifiedSuites(results: readonly VerifiedInteraction[], strict: boolean): JunitSuite[] {
  const outcomes = {
    passed: 'passed',
    failed: 'failed',
    skipped: 'skipped',
    assumption: strict ? 'failed' : 'skipped',
  } as const
  const apis = [...new Set(results.map(({ api }) => api))]
  return apis.map((api) => ({
    name: `pact verify ${api}`,
    cases: results
      .filter((each) => each.api === api)
      .map(({ description, verdict, reasons, durationMs }): JunitCase => ({
        name: description,
        durationMs,
        outcome: outcomes[verdict],
        messages: verdict === 'assumption' ? ['differs from an assumption', ...reasons] : reasons,
      })),
  }))
}

/** A finding with both places: in the pact and in the spec. */
export function findingLines(pact: CheckedPact, finding: PactFinding): string[] {
  const spec = finding.specPointer === '' ? pact.spec : `${pact.spec}#${finding.specPointer}`
  return [
    `${finding.severity === 'error' ? 'ERROR  ' : 'warning'} ${finding.interaction}: ${finding.message}`,
    `    ${pact.file}#${finding.pactPointer}`,
    `    ${spec}${finding.why === undefined ? '' : ` (assumed: ${finding.why})`}`,
  ]
}

export function checkedSummary(pact: CheckedPact): string {
  const errors = pact.findings.filter(({ severity }) => severity === 'error').length
  return `${pact.file}: ${pact.interactions.length} interactions of ${pact.consumer} with ${pact.api}, ${errors} errors, ${pact.findings.length - errors} warnings`
}

export function checkedSuites(pacts: readonly CheckedPact[]): JunitSuite[] {
  return pacts.map((pact) => ({
    name: `pact check ${pact.file}`,
    cases: pact.interactions.map((name): JunitCase => {
      const own = pact.findings.filter((finding) => finding.interaction === name)
      const failed = own.some(({ severity }) => severity === 'error')
      return {
        name,
        durationMs: 0,
        outcome: failed ? 'failed' : 'passed',
        messages: own.flatMap((finding) => findingLines(pact, finding)),
      }
    }),
  }))
}
