import type { Operation, ResponseSpec } from '../../openapi/api.ts'
import type { RequestHead } from '../handlers/handler.ts'
import { responseFor, statusOf } from '../../openapi/responses.ts'

/** What a client asks for by `Prefer` (RFC 7240), as Prism reads it. */
export interface Preference {
  readonly code: string | undefined
  readonly example: string | undefined
  readonly dynamic: boolean
  /** What is said back in `Preference-Applied`. */
  readonly applied: string
}

/** The preferences that choose an answer; `undefined` where a request has none of them: RFC 7240 ignores all others. */
export function preferenceOf({ headers }: RequestHead): Preference | undefined {
  const { prefer } = headers
  if (prefer === undefined) return undefined
  const found = parsePrefer(typeof prefer === 'string' ? prefer : prefer.join(','))
  const [code, example] = [found.get('code'), found.get('example')]
  const dynamic = found.get('dynamic') === 'true'
  if (code === undefined && example === undefined && !dynamic) return undefined
  const applied = [
    ...(code === undefined ? [] : [`code=${code}`]),
    ...(example === undefined ? [] : [`example=${/^[\w.-]+$/.test(example) ? example : JSON.stringify(example)}`]),
    ...(dynamic ? ['dynamic=true'] : []),
  ]
  return { code, example, dynamic, applied: applied.join(', ') }
}

/** Names in lower case with their values; the first of a name counts (RFC 7240, section 2). */
function parsePrefer(header: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, name = '', quoted, token] of header.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*))/g)) {
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? ''
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value)
  }
  return found
}

/** The answer that a preference means. */
export interface PreferredAnswer {
  readonly status: number
  readonly response: ResponseSpec
  /** The name of an example that the response has under some media type. */
  readonly example: string | undefined
  readonly dynamic: boolean
}

/** Finds what a preference means among what an operation declares, or says what there is. */
export function preferredAnswer(
  { responses }: Operation,
  { code, example, dynamic }: Preference,
): PreferredAnswer | { readonly problem: string } {
  const codes = Object.keys(responses)
  const declared = codes.length === 0 ? 'no status' : codes.join(', ')
  if (code !== undefined && !/^[2-5]\d\d$/.test(code))
    return { problem: `Prefer: code=${code} is not a status from 200 to 599; declared: ${declared}.` }
  const ordered = code === undefined ? bySuccess(codes) : [code]
  const candidates = ordered.flatMap((each): { status: number; response: ResponseSpec }[] => {
    const status = statusOf(each)
    const response = responses[each] ?? responseFor(responses, status)
    return response ? [{ status, response }] : []
  })
  if (candidates.length === 0) return { problem: `Prefer: code=${code ?? ''} is not declared; declared: ${declared}.` }
  const found =
    example === undefined ? candidates[0] : candidates.find(({ response }) => namesIn(response).has(example))
  if (found) return { ...found, example, dynamic }
  const known = candidates.flatMap(({ status, response }) =>
    [...namesIn(response)].map((name) => `${name} (${status})`),
  )
  return { problem: `Prefer: example=${example ?? ''} is not declared; declared: ${known.join(', ') || 'no example'}.` }
}

/** Successes first: who names an example alone means the usual answer that has it. */
function bySuccess(codes: readonly string[]): string[] {
  const rank = (code: string): number => (code.startsWith('2') ? 0 : code === 'default' ? 1 : 2)
  return codes.toSorted((a, b) => rank(a) - rank(b))
}

function namesIn(response: ResponseSpec): Set<string> {
  return new Set(Object.values(response.content).flatMap((media) => Object.keys(media.examples)))
}
