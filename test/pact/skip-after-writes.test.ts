import { expect, test } from 'vitest'
import { changesLast, skipAfterWrites } from '../../src/pact/skip-after-writes.ts'
import type { PactFileInteraction } from '../../src/pact/contract-file.ts'
import type { VerifiedInteraction } from '../../src/pact/verified-interaction.ts'

const interaction = (description: string, method: string, status: number): PactFileInteraction => ({
  description,
  request: { method, path: '/' },
  response: { status },
})
const creates = interaction('creates', 'POST', 201)
const creates2 = interaction('creates again', 'POST', 201)
const refused = interaction('is refused', 'POST', 409)
const reads = interaction('reads', 'GET', 200)

const result = (description: string, verdict: VerifiedInteraction['verdict']): VerifiedInteraction => ({
  api: 'notes',
  description,
  verdict,
  reasons: verdict === 'passed' ? [] : ['status: expected 201 but was 409'],
  durationMs: 1,
})

test('on a server that cannot be reset, what changes rows comes last', () => {
  expect(changesLast([creates, refused, creates2, reads])).toEqual([refused, reads, creates, creates2])
})

test('a change that fails after another change is skipped with what was seen; everything else stays as it is', () => {
  const played = [result('reads', 'failed'), result('creates', 'passed'), result('creates again', 'failed')]
  expect(skipAfterWrites([reads, creates, creates2], played)).toEqual([
    played[0],
    played[1],
    {
      ...played[2],
      verdict: 'skipped',
      reasons: [expect.stringContaining("can't be reset"), 'status: expected 201 but was 409'],
    },
  ])
})

test('a change that fails with no change before it is a failure', () => {
  const played = [result('creates', 'failed'), result('creates again', 'failed')]
  expect(skipAfterWrites([creates, creates2], played)).toEqual(played)
})
