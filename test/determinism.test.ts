import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const src = join(import.meta.dirname, '..', 'src')

// What lint can't name: it knows `Date.now`, `Math.random` and `crypto.randomUUID`, and no call without arguments.
test('nothing outside the store asks for the time of day or for chance', () => {
  const asking = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => file.endsWith('.ts') && !/^(?:store|docs[\\/]client|conform[\\/]report[\\/]client)[\\/]/.test(file),
    )
    .filter((file) =>
      /\bDate\(\)|\bDate\.now\b|\brandom(?:Bytes|Int|UUID)\b|\bgetRandomValues\b|Math\.random\b/.test(
        readFileSync(join(src, file), 'utf8'),
      ),
    )
  expect(asking).toEqual([])
})
