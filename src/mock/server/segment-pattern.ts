/** A segment of a path template that is more than one parameter, such as `{name}.{format}` or `{id}:cancel`. */
export interface SegmentPattern {
  readonly names: readonly string[]
  /** The values of the parameters in a segment of a path; `undefined` where it is none of these. */
  readonly match: (segment: string) => readonly string[] | undefined
}

/**
 * Each parameter takes as little as it can, at least one character; only the dot before the last one is the last dot, since
 * `71.5.json` is the `json` of `71.5`. Looks once for each text between two of them, where a regular
 * expression might try all ways to divide a segment. `read`: what a text of the template is in the segments that are matched.
 */
export function segmentPattern(part: string, read: (text: string) => string): SegmentPattern {
  const pieces = part.split(/(\{[^{}]+\})/)
  const names = pieces.filter((_, index) => index % 2 === 1).map((piece) => piece.slice(1, -1))
  const [start = '', ...ends] = pieces.filter((_, index) => index % 2 === 0).map(read)
  return { names, match: (segment) => valuesOf(segment, start, ends) }
}

/** The parts of a text that begins with `start` and has one of `ends` behind each part. */
function valuesOf(text: string, start: string, ends: readonly string[]): string[] | undefined {
  if (!text.startsWith(start)) return undefined
  const values: string[] = []
  let at = start.length
  for (const [index, literal] of ends.entries()) {
    const last = ends[index + 2] === undefined ? ends[index + 1] : undefined
    const isExtension = literal === '.' && last !== undefined
    const next = isExtension ? text.lastIndexOf(literal, text.length - last.length - 2) : text.indexOf(literal, at + 1)
    const end = index === ends.length - 1 ? endOf(text, literal) : next
    if (end <= at) return undefined
    values.push(text.slice(at, end))
    at = end + literal.length
  }
  return at === text.length && !values.some((value) => value.includes('/')) ? values : undefined
}

function endOf(text: string, literal: string): number {
  return text.endsWith(literal) ? text.length - literal.length : -1
}
