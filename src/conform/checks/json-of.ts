import type { Answer, Exchanged } from '../transport/transport.ts'

/** An answer is asked for its value by several checks, and does not change. */
const parsed = new WeakMap<Answer, { readonly value: unknown }>()

/** The body of an answer as JSON, `undefined` when there is none or it is something else. The value must not be changed. */
export function jsonOf({ outcome }: Exchanged): unknown {
  return outcome.kind === 'answer' ? jsonIn(outcome) : undefined
}

export function jsonIn(answer: Answer): unknown {
  const known = parsed.get(answer) ?? { value: parse(answer.text) }
  parsed.set(answer, known)
  return known.value
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
