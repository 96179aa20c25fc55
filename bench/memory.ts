import { createUnderstudy } from '../dist/index.js'
import { fixturesWith } from './servers.ts'
import { interactions, uuid } from './rows.ts'

/**
 * Prints `{ jsonBytes, heapBytes }`: the JSON text of the rows, and what a mock that holds them, has answered a filtered list and
 * has read a hundred of them needs above one that holds none. Run with --expose-gc. Usage: memory.ts ROWS
 */
const count = Number(process.argv[2])
const rows = interactions(count)
const jsonBytes = Buffer.byteLength(JSON.stringify(rows))
rows.length = 0

const empty = await heapOf(0)
const full = await heapOf(count)
console.log(JSON.stringify({ jsonBytes, heapBytes: full - empty }))

async function heapOf(records: number): Promise<number> {
  const mock = await createUnderstudy({ apis: ['polis'], listen: false, fixtures: fixturesWith(records) })
  const headers = { authorization: 'Bearer polis-user-a' }
  const list = `/v2/interactions?filter[/data/campaignId]=${uuid('campaign', 1)}&skip=0&limit=50&sort=/data/id&sort=ASC`
  await mock.inject({ url: list, headers })
  for (let n = 0; n < 100; n++) await mock.inject({ url: `/v2/interactions/${uuid('interaction', n)}`, headers })
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  await mock.close()
  return heapUsed + external
}
