import { isUtf8 } from 'node:buffer'
import secureJson from 'secure-json-parse'

const MAX_DEPTH = 200

/** `isRounded` tells that a whole number in it has lost digits. */
export type ParsedBody = { readonly value: unknown; readonly isRounded?: boolean } | { readonly problem: string }

/**
 * Parses a JSON body (RFC 8259) from its bytes: UTF-8 only, no deeper than MAX_DEPTH, no number that a double can't hold, nothing
 * that reaches a prototype.
 */
export function parseJsonBody(bytes: Buffer): ParsedBody {
  if (!isUtf8(bytes)) return { problem: 'the body is not UTF-8' }
  try {
    const text = bytes.toString('utf8')
    const value: unknown = isHarmless(text) ? JSON.parse(text) : secureJson.parse(text, undefined, reactions)
    const found: Found = { isLarge: false }
    const problem = problemOf(value, 0, found)
    if (problem !== undefined) return { problem }
    return found.isLarge && isRounded(text) ? { value, isRounded: true } : { value }
  } catch (error) {
    return { problem: `the body is not valid JSON: ${(error as Error).message}` }
  }
}

const reactions = { protoAction: 'error', constructorAction: 'error' } as const

/** Names that reach a prototype can be there only as they are or behind an escape, and a careful look takes as long as the parsing. */
function isHarmless(text: string): boolean {
  return !text.includes('__proto__') && !text.includes('constructor') && !text.includes(ESCAPE) && !text.startsWith(BOM)
}

const ESCAPE = String.raw`\u`
const BOM = '\uFEFF'

interface Found {
  /** Whether there is a number beyond which a double does not hold every whole one. */
  isLarge: boolean
}

function problemOf(value: unknown, depth: number, found: Found): string | undefined {
  if (typeof value === 'number') {
    if (Math.abs(value) >= Number.MAX_SAFE_INTEGER) found.isLarge = true
    return Number.isFinite(value) ? undefined : 'the body has a number too large for a double'
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === MAX_DEPTH) return `the body is nested deeper than ${MAX_DEPTH} levels`
  // A parsed value has no inherited properties, and walking them in place makes no list of them first.
  for (const name in value) {
    const problem = problemOf(value[name as keyof typeof value], depth + 1, found)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** Whether a whole number outside of strings is written with digits that a double does not hold; its value is a large one then. */
function isRounded(text: string): boolean {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g)].some(
    ([found]) => !found.startsWith('"') && BigInt(found) !== BigInt(Number(found)),
  )
}
