import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { largeDocument } from '../support/large-document.ts'

const OPERATIONS = 600

const folder = mkdtempSync(join(tmpdir(), 'understudy-large-'))
let mock: Understudy

beforeAll(async () => {
  writeFileSync(join(folder, 'large.json'), JSON.stringify(largeDocument(OPERATIONS)))
  mock = await createUnderstudy({ listen: false, openapi: folder })
})
afterAll(async () => {
  await mock.close()
  rmSync(folder, { recursive: true })
})

const text = async (url: string): Promise<string> => (await mock.inject({ method: 'GET', url })).body

test('the page of a large document names each operation and leaves its content to a page of its own', async () => {
  const page = await text('/docs/large')
  expect(page.match(/data-section="/g)).toHaveLength(OPERATIONS)
  expect(page).not.toContain('corners')
  expect(page.length).toBeLessThan(2_000_000)
  expect(page).toContain('href="large/operations/get-thing599"')
  const single = await text('/docs/large/operations/get-thing599')
  expect(single).toContain('corners')
  expect(single).toContain('href="../../../docs/large"')
})

test('the operations of a large document are folded by tag', async () => {
  expect((await text('/docs/large')).match(/<details class="toc-tag"/g)).toHaveLength(120)
})

test('the search knows a named schema of many operations once', async () => {
  const entries = JSON.parse(await text('/docs/_search.json')) as { kind: string; title: string; href: string }[]
  const corners = entries.filter(({ title }) => title === 'corners')
  expect(corners).toEqual([
    expect.objectContaining({ kind: 'property', href: 'large#get-thing0:/components/schemas/Shape/properties/corners' }),
  ])
})

test('a page is compressed for those who understand it', async () => {
  const plain = await text('/docs/large')
  const response = await mock.inject({ url: '/docs/large', headers: { 'accept-encoding': 'gzip;q=0, br' } })
  expect(response.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(response.rawPayload).toString()).toBe(plain)
  expect(response.rawPayload.length).toBeLessThan(plain.length / 5)
})
