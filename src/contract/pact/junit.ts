/** One `<testsuite>`: an API or a pact file. */
export interface JunitSuite {
  readonly name: string
  readonly cases: readonly JunitCase[]
}

export interface JunitCase {
  readonly name: string
  readonly durationMs: number
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What failed, or why it was skipped; for a case that passed, what is worth knowing. */
  readonly messages: readonly string[]
}

/** The JUnit XML that CI servers read. */
export function junitOf(suites: readonly JunitSuite[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.map(suite).join('')}</testsuites>\n`
}

function suite({ name, cases }: JunitSuite): string {
  const count = (outcome: JunitCase['outcome']): number => cases.filter((each) => each.outcome === outcome).length
  const time = seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0))
  const counts = `tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}" time="${time}"`
  return `  <testsuite name="${escaped(name)}" ${counts}>\n${cases.map((each) => testCase(name, each)).join('')}  </testsuite>\n`
}

function testCase(suiteName: string, { name, durationMs, outcome, messages }: JunitCase): string {
  const start = `    <testcase classname="${escaped(suiteName)}" name="${escaped(name)}" time="${seconds(durationMs)}"`
  if (outcome === 'passed' && messages.length === 0) return `${start}/>\n`
  return `${start}>\n      ${detail(outcome, messages)}\n    </testcase>\n`
}

function detail(outcome: JunitCase['outcome'], messages: readonly string[]): string {
  const text = escaped(messages.join('\n'))
  const first = escaped(messages[0] ?? '')
  if (outcome === 'failed') return `<failure message="${first}">${text}</failure>`
  return outcome === 'skipped' ? `<skipped message="${first}"/>` : `<system-out>${text}</system-out>`
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3)
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' }
  // XML 1.0 has no place for most control characters, not even escaped.
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\0-\x08\x0B\x0C\x0E-\x1F]/g, '�').replaceAll(/[&<>"\n]/g, (character) => entities[character] as string)
}
