/** One `<testsuite>`: an operation of an API, an API or a pact file. */
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
  /** The checks that failed. */
  readonly type?: string
}

/** The JUnit XML that CI servers read. */
export function junitOf(suites: readonly JunitSuite[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${counts(suites.flatMap(({ cases }) => cases))}>\n${suites.map(suite).join('')}</testsuites>\n`
}

function suite({ name, cases }: JunitSuite): string {
  return `  <testsuite${attribute('name', name)}${counts(cases)}>\n${cases.map((each) => testCase(name, each)).join('')}  </testsuite>\n`
}

function counts(cases: readonly JunitCase[]): string {
  const count = (outcome: JunitCase['outcome']): number => cases.filter((each) => each.outcome === outcome).length
  const time = seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0))
  return ` tests="${cases.length}" failures="${count('failed')}" errors="0" skipped="${count('skipped')}" time="${time}"`
}

function testCase(suiteName: string, each: JunitCase): string {
  const start = `    <testcase${attribute('classname', suiteName)}${attribute('name', each.name)} time="${seconds(each.durationMs)}"`
  if (each.outcome === 'passed' && each.messages.length === 0) return `${start}/>\n`
  return `${start}>\n      ${detail(each)}\n    </testcase>\n`
}

function detail({ outcome, messages, type }: JunitCase): string {
  const first = attribute('message', messages[0]?.split('\n')[0] ?? '')
  const text = escaped(messages.join('\n'))
  if (outcome === 'failed')
    return `<failure${first}${type === undefined ? '' : attribute('type', type)}>${text}</failure>`
  return outcome === 'skipped' ? `<skipped${first}/>` : `<system-out>${text}</system-out>`
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3)
}

/** An attribute's value is normalised when it is read: only a reference keeps a line break or a tab (XML 1.0, section 3.3.3). */
function attribute(name: string, value: string): string {
  return ` ${name}="${escaped(value).replaceAll(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)}"`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

/** XML 1.0, section 2.2, has no place for most control characters, halves of surrogate pairs and U+FFFE, not even escaped. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex
  const printable = text.replaceAll(/[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]|\p{Surrogate}/gu, '\uFFFD')
  return printable.replaceAll(/[&<>"\r]/g, (character) => entities[character] ?? character)
}
