import { isUtf8 } from 'node:buffer'
import secureJson from 'secure-json-parse'

const MAX_DEPTH = 200

export type ParsedBody = { readonly value: unknown } | { readonly problem: string }

/**
 * Parses a JSON body (RFC 8259) from its bytes: UTF-8 only, no deeper than MAX_DEPTH, no number that a double can't hold, nothing
 * that reaches a prototype.
 */
export function parseJsonBody(bytes: Buffer): ParsedBody {
  if (!isUtf8(bytes)) return { problem: 'the body is not UTF-8' }
  try {
    const value: unknown = secureJson.parse(bytes.toString('utf8'), undefined, reactions)
    const problem = problemOf(value, 0)
    return problem === undefined ? { value } : { problem }
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
