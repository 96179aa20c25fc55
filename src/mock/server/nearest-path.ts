const MAX_LENGTH = 200
/** Of a hundred characters so many may differ. */
const TOLERANCE_PERCENT = 40

/** The path template that somebody may have meant, with the values that were sent in place of its parameters; `undefined` if none is near. */
export function nearestPath(path: string, templates: readonly string[]): string | undefined {
  if (path.length > MAX_LENGTH) return undefined
  let nearest: { readonly path: string; readonly distance: number } | undefined
  for (const template of templates) {
    const wanted = filled(template, path)
    const distance = distanceOf(path.toLowerCase(), wanted.toLowerCase())
    if (nearest === undefined || distance < nearest.distance) nearest = { path: wanted, distance }
  }
  if (!nearest) return undefined
  const limit = Math.max(2, (Math.max(path.length, nearest.path.length) * TOLERANCE_PERCENT) / 100)
  return nearest.distance <= limit ? nearest.path : undefined
}

/** The segments that stand where a parameter does are taken as they were sent. */
function filled(template: string, path: string): string {
  const sent = path.split('/')
  const segments = template.split('/')
  // A prefix that was forgotten shifts all that follows.
  const shift = Math.max(0, segments.length - sent.length)
  return segments
    .map((segment, index) => (segment.includes('{') && sent[index - shift] ? sent[index - shift] : segment))
    .join('/')
}

/** Levenshtein's: how many characters have to be added, left out or replaced. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
