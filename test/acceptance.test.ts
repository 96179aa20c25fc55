import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/**
 * The acceptance list of each API: numbered facts and lettered rulings. A test names what it shows in brackets at the end
 * of its title, such as `(polis 28, b)`.
 */
const lists = {
  regit: { facts: 48, rulings: 'u' },
  polis: { facts: 37, rulings: 'q' },
  'cloud-payments': { facts: 41, rulings: 's' },
  digitalchalk: { facts: 18, rulings: 'l' },
  dialogportal: { facts: 28, rulings: 's' },
} as const

/** What a page says about itself; no answer of a server can show it. */
const notObservable: Readonly<Record<keyof typeof lists, readonly string[]>> = {
  regit: [],
  polis: ['35'],
  'cloud-payments': [],
  digitalchalk: ['18'],
  dialogportal: ['26', '28'],
}

const folder = fileURLToPath(new URL('apis', import.meta.url))
const sources = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
  .join('\n')

const rulingsPage = readFileSync(new URL('../docs/rulings.md', import.meta.url), 'utf8')

describe.each(Object.entries(lists))('%s', (api, { facts, rulings }) => {
  const shown = new Set(
    [...sources.matchAll(new RegExp(String.raw`\(${api} ([^)]+)\)`, 'g'))].flatMap(([, tags]) => rangesIn(tags ?? '')),
  )
  const letters = Array.from({ length: rulings.charCodeAt(0) - 96 }, (_, index) => String.fromCharCode(97 + index))
  const wanted = [...Array.from({ length: facts }, (_, index) => String(index + 1)), ...letters]

  test('docs/rulings.md explains each line and each ruling that a test can cite', () => {
    const entries = rulingsPage.matchAll(new RegExp(String.raw`^- \*\*${api} ([^*]+)\*\*`, 'gm'))
    const explained = new Set([...entries].flatMap(([, tags]) => rangesIn(tags ?? '')))
    expect(wanted.filter((line) => !explained.has(line))).toEqual([])
  })

  test.each(wanted)('line %s is shown by a test, or cannot be seen from outside', (line) => {
    const exempt = notObservable[api as keyof typeof lists].includes(line)
    expect(shown.has(line) || exempt).toBe(true)
  })
})

/** `17, 19-21, k-m` → 17, 19, 20, 21, k, l, m. */
function rangesIn(tags: string): string[] {
  return tags.split(/,\s*/).flatMap((tag) => {
    const [, from, to] = /^(\d+|[a-z])[-–](\d+|[a-z])$/.exec(tag) ?? []
    if (from === undefined || to === undefined) return [tag.trim()]
    if (/\d/.test(from))
      return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => String(Number(from) + index))
    return Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, index) =>
      String.fromCharCode(from.charCodeAt(0) + index),
    )
  })
}
