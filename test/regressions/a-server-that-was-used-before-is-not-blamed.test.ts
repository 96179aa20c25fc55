import { afterEach, expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { startIndependent, type Independent } from '../../lab/independent/server.ts'

let server: Independent | undefined

afterEach(() => server?.close())

/** Registrations stay for good on a server that can't be set back. */
async function registrationsWith(...defects: string[]): Promise<() => Promise<Report>> {
  const started = await startIndependent({
    apis: ['digitalchalk'],
    defects: new Set(defects.map((each) => `digitalchalk/${each}`)),
    reset: false,
  })
  server = started
  return () => runConformance(openApisUnderTest(['digitalchalk'], { baseUrl: started.url }), { randomCases: 0 })
}

test('a correct server that cannot be set back is correct in the second run, too', async () => {
  const run = await registrationsWith()
  const first = await run()
  const second = await run()
  const alarms = [first, second].map(({ failures, assumptions, flaky }) => [...failures, ...assumptions, ...flaky])
  expect(alarms).toEqual([[], []])
  expect(second.notReached.map(({ reason }) => reason)).toContain(
    'an earlier run may have used up what it needs, and the server cannot be set back',
  )
})

test('a server that refuses one thing and takes another is to blame', async () => {
  const run = await registrationsWith('create/retake-refused')
  const { failures } = await run()
  expect(failures.map(({ check }) => check)).toContain('flow')
})

test('what was made for good is read later in the run', async () => {
  const run = await registrationsWith('read/created-unknown')
  const { failures } = await run()
  expect(failures.map(({ check, message }) => `${check}: ${message}`)).toEqual([
    'created-unreadable: what was created cannot be read',
  ])
})

test('members that the server decides are not taken from what was sent', async () => {
  const run = await registrationsWith('create/other-members-kept')
  const { assumptions } = await run()
  expect(assumptions.map(({ message }) => message)).toContain('grade is what was sent, although the server decides it')
})
