import { expect, test } from 'vitest'
import { corpusOf } from '../../lab/fuzz/corpus.ts'
import { fuzz } from '../../lab/fuzz/fuzz.ts'
import { mutators } from '../../lab/fuzz/mutators.ts'
import { createRandom } from '../../lab/fuzz/random.ts'
import { bytesOf } from '../../lab/fuzz/raw-request.ts'
import { createUnderstudy } from '../../src/index.ts'

/** Enough for every mutator to meet every operation some times; `npm run fuzz` sends 100,000. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 500)

test('spoilt requests get no 5xx, no silence and no answer against the spec, and a refusal changes nothing', async () => {
  const mock = await createUnderstudy({ maxSessions: 500, journalEntries: 200 })
  const { statuses, findings } = await fuzz(mock, { requests: REQUESTS, seed: 20_261_130 })
  await mock.close()
  expect(findings).toEqual([])
  // A fuzzer whose requests are all refused at the door, or all well, tests nothing.
  for (const status of [200, 201, 400, 401, 404, 405, 415]) expect(statuses[status]).toBeGreaterThan(0)
})

test('the fuzzer finds a mock whose refusals change rows', async () => {
  const mock = await createUnderstudy({ apis: ['digitalchalk'] })
  const spoil = mock.createSession.bind(mock)
  const session = Object.assign(spoil(), {})
  let calls = 0
  const rows = session.state.bind(session)
  // Rows that are others at each look are what a refusal that writes would leave.
  Object.assign(session, { state: (api: string, name: string) => [...rows(api, name), { id: calls++ }] })
  const changing = Object.assign(Object.create(mock) as typeof mock, { createSession: () => session })
  const { findings } = await fuzz(changing, { requests: 50, seed: 1, parallel: 1 })
  expect(findings.some(({ problem }) => /a refusal \(\d+.*\) has changed the state/.test(problem))).toBe(true)
  await mock.close()
})

test('equal seeds spoil requests equally, by twenty mutators and more', async () => {
  const mock = await createUnderstudy({ apis: ['polis'], listen: false })
  const [base] = await corpusOf(mock)
  await mock.close()
  if (!base) throw new Error('no request')
  const all = Object.values(mutators)
  expect(all.length).toBeGreaterThanOrEqual(20)
  const spoilt = (seed: number): string[] =>
    all.map((mutate) => bytesOf(mutate(base, createRandom(seed))).toString('latin1'))
  expect(spoilt(5)).toEqual(spoilt(5))
  expect(spoilt(5)).not.toEqual(spoilt(6))
})
