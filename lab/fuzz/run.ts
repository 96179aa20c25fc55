import { parseArgs } from 'node:util'
import { createUnderstudy } from '../../src/index.ts'
import { fuzz } from './fuzz.ts'

const USAGE = 'npm run fuzz -- [--requests N] [--seed N]'

/** `npm run fuzz`: spoilt requests against a mock of all five APIs; ends with 1 for a finding. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
  })
  const [requests, seed] = [Number(values.requests), Number(values.seed)]
  if (!Number.isSafeInteger(requests) || !Number.isSafeInteger(seed)) throw new Error(USAGE)
  const mock = await createUnderstudy({ maxSessions: 500, journalEntries: 200 })
  const begun = performance.now()
  const { statuses, findings } = await fuzz(mock, { requests, seed })
  await mock.close()
  const seconds = (performance.now() - begun) / 1000
  for (const { number, problem, mutators, bytes } of findings.slice(0, 20))
    process.stdout.write(
      `request ${number} (${mutators.join(', ')}): ${problem}\n${JSON.stringify(bytes.slice(0, 1500))}\n\n`,
    )
  const told = Object.entries(statuses).map(([status, count]) => `${status === '0' ? 'closed' : status}: ${count}`)
  process.stdout.write(
    `${requests} requests with seed ${seed} in ${seconds.toFixed(0)} s, ${findings.length} findings\n${told.join(', ')}\n`,
  )
  process.exitCode = findings.length > 0 ? 1 : 0
}

await main()
