import type { OutgoingRequest } from '../transport/transport.ts'

/** What was sent may come back: it shows nothing of the server. */
export function leakIn(text: string, { path, body }: OutgoingRequest): string | undefined {
  if (text.length > 1_000_000) return undefined
  const sent = typeof body === 'string' ? `${path} ${body}` : path
  const leak = leaks.find(([pattern]) => {
    const [shown] = pattern.exec(text) ?? []
    return shown !== undefined && !sent.includes(shown)
  })
  return leak?.[1]
}

const leaks: readonly (readonly [RegExp, string])[] = [
  [/\bat (?:async )?(?:[^\s"]+ \()?[^\s"()]*(?:\.[cm]?[jt]sx?|\bnode:[\w/]+):\d+:\d+/, 'a stack trace'],
  [/\bat [\w.$<>]+\([\w]+\.java:\d+\)/, 'a stack trace'],
  [/Traceback \(most recent call last\)/, 'a stack trace'],
  [
    /\b(?:\/(?:home|root|usr|var|opt|srv|app|work|tmp)\/[\w./-]+\.(?:[cm]?[jt]s|py|rb|php|java|go))\b/,
    'a path of the machine',
  ],
  [/[A-Z]:\\[\w\\. -]+\.(?:cs|dll|js|ts)\b/, 'a path of the machine'],
  [/\bnode_modules\b/, 'a path of the machine'],
  [/\b(?:SELECT|INSERT|UPDATE|DELETE)\b[^"]{1,200}\b(?:FROM|INTO|SET|WHERE)\b[^"]*\bsyntax\b/i, 'a database statement'],
]
