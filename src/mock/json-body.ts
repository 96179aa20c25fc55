import { isUtf8 } from 'node:buffer'
import secureJson from 'secure-json-parse'

const MAX_DEPTH = 200

export type ParsedBody = { readonly value: unknown } | { readonly problem: string }

/** Parses a JSON body (RFC 8259) from its bytes: UTF-8 only, no deeper than MAX_DEPTH, nothing that reaches a prototype. */
export function parseJsonBody(bytes: Buffer): ParsedBody {
  if (!isUtf8(bytes)) return { problem: 'the body is not UTF-8' }
  const text = bytes.toString('utf8')
  if (isDeeperThan(text, MAX_DEPTH)) return { problem: `the body is nested deeper than ${MAX_DEPTH} levels` }
  try {
    const value: unknown = secureJson.parse(text, undefined, { protoAction: 'error', constructorAction: 'error' })
    return hugeNumber.test(text) && holdsInfinity(value)
      ? { problem: 'the body has a number too large for a double' }
      : { value }
  } catch (error) {
    return { problem: `the body is not valid JSON: ${(error as Error).message}` }
  }
}

/** What a number that overflows a double has to look like; few bodies do, and only those are walked. */
const hugeNumber = /[eE]\+?\d{3}|\d{300}/

function holdsInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsInfinity)
}

/** Counts brackets outside of texts; a body with few of them cannot be deep, and that is nearly every body. */
function isDeeperThan(text: string, limit: number): boolean {
  if (text.length < 2 * limit) return false
  let depth = 0
  let inText = false
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position)
    if (code === quote) inText = !inText
    else if (inText && code === backslash) position++
    else if (!inText && (code === openBrace || code === openBracket) && ++depth > limit) return true
    else if (!inText && (code === closeBrace || code === closeBracket)) depth--
  }
  return false
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
