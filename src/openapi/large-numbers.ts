import type { Notes } from './note.ts'
import type { Pointer } from './json.ts'
import { pointerTo } from './pointer.ts'

/** As many digits as 2^53 has or more, with nothing behind them that makes them part of a word. */
const manyDigits = /\d{16,20}(?![\w."'])/g
const MAX_DEPTH = 200

/** Notes the first whole number of a document that loses digits as soon as JavaScript reads it (RFC 8259, 6), with their count. */
export function noteLargeNumbers(root: unknown, text: string, notes: Notes): void {
  // As JavaScript writes them afterwards.
  const rounded = new Set<unknown>()
  for (const { 0: digits, index } of text.matchAll(manyDigits)) {
    const number = Number(digits)
    if (String(number) === digits || /[\w."']/.test(text[index - 1] ?? '')) continue
    rounded.add(number).add(-number)
  }
  if (rounded.size === 0) return
  const visit = (value: unknown, pointer: Pointer, depth: number): void => {
    if (rounded.has(value))
      notes.count({
        what: 'a whole number is beyond 2^53',
        pointer,
        instead: 'it is rounded to the nearest number that a double holds',
      })
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return
    for (const [key, each] of Object.entries(value)) visit(each, pointerTo(pointer, key), depth + 1)
  }
  visit(root, '', 0)
}
