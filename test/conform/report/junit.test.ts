import { describe, expect, test } from 'vitest'
import { conformSuites } from '../../../src/conform/report/conform-suites.ts'
import { junitOf } from '../../../src/conform/report/junit.ts'
import { petsReport, wrongPetsReport } from './pets-report.ts'

describe('the JUnit writer', () => {
  test('counts what passed, failed and was skipped, in all and by suite', () => {
    const xml = junitOf([
      {
        name: 'a',
        cases: [
          { name: 'one', durationMs: 1500, outcome: 'passed', messages: [] },
          { name: 'two', durationMs: 250, outcome: 'failed', messages: ['first line\nsecond', 'third'], type: 'echo' },
          { name: 'three', durationMs: 0, outcome: 'skipped', messages: ['why'] },
        ],
      },
      { name: 'b', cases: [{ name: 'four', durationMs: 0, outcome: 'passed', messages: ['worth knowing'] }] },
    ])
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="0" skipped="1" time="1.750">
  <testsuite name="a" tests="3" failures="1" errors="0" skipped="1" time="1.750">
    <testcase classname="a" name="one" time="1.500"/>
    <testcase classname="a" name="two" time="0.250">
      <failure message="first line" type="echo">first line
second
third</failure>
    </testcase>
    <testcase classname="a" name="three" time="0.000">
      <skipped message="why"/>
    </testcase>
  </testsuite>
  <testsuite name="b" tests="1" failures="0" errors="0" skipped="0" time="0.000">
    <testcase classname="b" name="four" time="0.000">
      <system-out>worth knowing</system-out>
    </testcase>
  </testsuite>
</testsuites>
`)
  })

  test.each([
    ['markup', '<b>&"]]>', '&lt;b&gt;&amp;&quot;]]&gt;'],
    ['control characters, which XML has no place for', 'a\u0000\u0008\u001Fb', 'a\uFFFD\uFFFD\uFFFDb'],
    ['half of a surrogate pair', 'a\uD800b', 'a\uFFFDb'],
    ['a whole surrogate pair', '🎉', '🎉'],
    ['what is no character', '\uFFFE\uFFFF', '\uFFFD\uFFFD'],
    ['line breaks and tabs in an attribute', 'a\tb\nc\rd', 'a&#9;b&#10;c&#13;d'],
  ])('keeps %s well-formed', (_, text, written) => {
    expect(junitOf([{ name: text, cases: [] }])).toContain(`<testsuite name="${written}" `)
  })
})

describe('a run of the conformance suite', () => {
  test('is a suite for each operation and a test for each case, with the command that shows what failed', async () => {
    const { report } = await wrongPetsReport()
    const suites = conformSuites(report)
    expect(suites.map(({ name }) => name)).toEqual([
      'pets.listPets',
      'pets.createPet',
      'pets.getPet',
      'pets.deletePet',
      'pets.patchPet',
      'pets.routing',
    ])
    expect(suites.flatMap(({ cases }) => cases)).toHaveLength(report.totals.cases)
    const failed = suites.flatMap(({ cases }) => cases).find(({ type }) => type === 'header-missing')
    expect(failed).toMatchObject({ outcome: 'failed', name: 'rex' })
    expect(failed?.messages.join()).toContain('header-missing: 201 lacks the header location')
    expect(failed?.messages.join()).toContain("curl -sS -i --path-as-is -X POST 'http")
  })

  test('skips an assumption that is not shared, and fails it when it is strict', async () => {
    const { report } = await petsReport({ only: ['body-schema'] })
    const calls = (strict: boolean): unknown => conformSuites({ ...report, strict })[0]?.cases[0]?.outcome
    expect(report.assumptions.map(({ operation }) => operation)).toEqual(['listPets'])
    expect([calls(false), calls(true)]).toEqual(['skipped', 'failed'])
  })
})
