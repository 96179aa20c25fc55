import type { SearchEntry, SearchKind } from './search-entry.ts'

/** Where two hits are as good, the more specific thing comes first. */
const order: readonly SearchKind[] = [
  'operation',
  'header',
  'parameter',
  'property',
  'error code',
  'preset',
  'state',
  'value',
  'credential',
  'variable',
]

/** The entries that have every word, the best first. Words are lower case. */
export function rank(entries: readonly SearchEntry[], words: readonly string[]): SearchEntry[] {
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score || order.indexOf(one.entry.kind) - order.indexOf(other.entry.kind))
    .map(({ entry }) => entry)
}

/** 0 where a word is missing; the title counts more than the rest, its beginning more than its middle. */
function scoreOf({ title, detail, api, kind }: SearchEntry, words: readonly string[]): number {
  const name = title.toLowerCase()
  const rest = `${detail} ${api} ${kind}`.toLowerCase()
  let score = name === words.join(' ') ? 100 : 0
  for (const word of words) {
    if (name === word) score += 50
    else if (name.startsWith(word)) score += 20
    else if (name.includes(word)) score += 10
    else if (rest.includes(word)) score += 1
    else return 0
  }
  return score
}
