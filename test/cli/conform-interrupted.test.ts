import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { openShop, type Shop } from '../../lab/faulty/shop.ts'

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
/** What the suite sends where no fixtures name a credential. */
const token = 'understudy'

let shop: Shop | undefined
afterEach(() => shop?.close())

/** A run against a shop that can't be set back, once the run has created something there. */
async function midway(opened: Shop) {
  const only = 'created-unreadable,id-repeated,update-lost'
  const args = [
    'conform',
    'shop',
    '--base-url',
    opened.url,
    '--openapi',
    path('../../lab/faulty/'),
    '--only',
    only,
    '--rate',
    '20',
  ]
  const child = spawn(process.execPath, [path('../../dist/cli.js'), ...args], {
    env: { ...process.env, NO_COLOR: '1' },
  })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  const ended = new Promise<{ code: number | null; stdout: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout })),
  )
  await expect.poll(async () => (await itemsOf(opened)).length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(1)
  return { child, ended }
}

async function itemsOf({ url }: Shop): Promise<{ id: string }[]> {
  const response = await fetch(`${url}/items?limit=100`, { headers: { authorization: `Bearer ${token}` } })
  return ((await response.json()) as { items: { id: string }[] }).items
}

describe.each(['SIGINT', 'SIGTERM'] as const)('conform that gets %s', (signal) => {
  test('removes what it has created, tells what it has tried, and ends with 130', async () => {
    shop = await openShop(undefined, { reset: false, token })
    const before = await itemsOf(shop)
    const { child, ended } = await midway(shop)
    child.kill(signal)
    const { code, stdout } = await ended
    expect(code).toBe(130)
    expect(stdout).toMatch(/was not tried to the end \(interrupted\)/)
    expect(stdout).toMatch(/\d+ × the run was interrupted before/)
    expect(await itemsOf(shop)).toEqual(before)
  })
})

test('conform that is interrupted twice ends at once', async () => {
  shop = await openShop(undefined, { reset: false, token })
  const { child, ended } = await midway(shop)
  child.stderr.once('data', () => child.kill('SIGINT'))
  child.kill('SIGINT')
  const { code, stdout } = await ended
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
})
