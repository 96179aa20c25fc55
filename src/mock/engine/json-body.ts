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
    const value: unknown = secureJson.parse(text, undefined, reactions)
    const problem = problemOf(value, 0)
    if (problem !== undefined) return { problem }
    return isRounded(text) ? { value, isRounded: true } : { value }
  } catch (error) {
    return { problem: `the body is not valid JSON: ${(error as Error).message}` }
  }
}

const reactions = { protoAction: 'error', constructorAction: 'error' } as const

function problemOf(value: unknown, depth: number): string | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : 'the body has a number too large for a double'
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === MAX_DEPTH) return `the body is nested deeper than ${MAX_DEPTH} levels`
  // A parsed value has no inherited members, and walking them in place makes no list of them first.
  for (const name in value) {
    const problem = problemOf(value[name as keyof typeof value], depth + 1)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** Whether a whole number outside of strings is written with digits that a double does not hold. */
function isRounded(text: string): boolean {
  if (!/\d{16}/.test(text)) return false
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g)].some(
    ([found]) => !found.startsWith('"') && BigInt(found) !== BigInt(Number(found)),
  )
}
