import type { Seed } from '../fixtures/seed.ts'
import type { OutgoingRequest } from '../conform/transport/transport.ts'

/**
 * What the two servers call the same thing. A value that neither was sent and that is not in the seed is new; the first new
 * id of the one stands for the first of the other from then on, and so forth. Times are alike when both are new.
 */
export interface Correspondence {
  /** Learns what both have been sent: such values are not new. */
  sent(mock: OutgoingRequest, target: OutgoingRequest): void
  /** Whether two texts say the same. `name` is that of the property or header. */
  alike(mock: string, target: string, name: string): boolean
  equalNumbers(mock: number, target: number, name: string): boolean
  /** What the target calls the thing that has this id on the mock, as far as that is known. */
  counterpartOf(mock: string): string | undefined
  /** Whether a value of the mock stands in a row of its seed, and that of the target neither there nor in what was sent. */
  isSeedData(mock: unknown, target: unknown): boolean
}

interface Bases {
  readonly mock: string
  readonly target: string
}

export function createCorrespondence(seed: Seed, bases: Bases): Correspondence {
  const known = new Set<string>()
  const instants = new Set<number>()
  const ours = new Map<string, string>()
  const theirs = new Map<string, string>()

  const learn = (text: string): void => {
    for (const { word } of wordsOf(text)) known.add(word)
    for (const [time] of text.matchAll(TIMES)) instants.add(Date.parse(time))
  }
  const seeded = new Set(leavesOf(seed.rows))
  const sent = new Set<string>()
  for (const text of seeded) learn(text)

  const pair = (mock: string, target: string): boolean => {
    const [our, their] = [ours.get(mock), theirs.get(target)]
    if (our !== undefined || their !== undefined) return our === target && their === mock
    ours.set(mock, target)
    theirs.set(target, mock)
    return true
  }
  const equalWords = (mock: string, target: string, name: string): boolean => {
    if (ours.get(mock) === target) return true
    if (known.has(mock) || known.has(target) || !isIdLike(mock, name) || !isIdLike(target, name)) return mock === target
    return pair(mock, target)
  }
  return {
    sent: (mock, target) => {
      const [one, other] = [partsOf(mock), partsOf(target)]
      for (const text of [...one, ...other]) sent.add(text)
      one.forEach((text, index) => {
        const counterpart = other[index]
        // Values of a target file stand in the places of ours.
        if (counterpart !== undefined && counterpart !== text && !known.has(text)) pair(text, counterpart)
        if (counterpart === text) learn(text)
      })
    },
    counterpartOf: (mock) => ours.get(mock) ?? (known.has(mock) ? mock : undefined),
    isSeedData: (mock, target) => {
      const [one, other] = [String(mock), String(target)]
      return seeded.has(one) && !sent.has(one) && !seeded.has(other) && !sent.has(other)
    },
    alike: (mock, target, name) => {
      const [one, other] = [mock.replaceAll(bases.mock, ''), target.replaceAll(bases.target, '')]
      const times = [one, other].map((text) => (WHOLE_TIME.test(text) ? Date.parse(text) : undefined))
      if (times.every((time) => time !== undefined))
        return times[0] === times[1] || times.every((time) => !instants.has(time))
      const [ourWords, theirWords] = [wordsOf(one), wordsOf(other)]
      return (
        ourWords.length === theirWords.length &&
        ourWords.every(
          ({ word, before }, index) =>
            before === theirWords[index]?.before && equalWords(word, theirWords[index].word, name),
        )
      )
    },
    equalNumbers: (mock, target, name) => {
      if (isMoment(mock, name) && isMoment(target, name)) return true
      return /id$/i.test(name) ? equalWords(String(mock), String(target), name) : mock === target
    },
  }
}

const TIMES = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g
const WHOLE_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/
const NAMED_LIKE_AN_ID = /(?:id|guid|uuid|key|token|secret|signature|hash|code|location|href|url)$/i
const NAMED_LIKE_A_TIME = /(?:at|on|time|date|stamp|created|modified|updated|expires)$/i

/** Milliseconds or seconds since 1970. */
function isMoment(value: number, name: string): boolean {
  return NAMED_LIKE_A_TIME.test(name) && value > 1_000_000_000
}

/** A word with a digit in it, or of the length of a key; `ACTIVE` is none. */
function isIdLike(word: string, name: string): boolean {
  return (
    (/\d/.test(word) && word.length >= 4) ||
    word.length >= 20 ||
    (NAMED_LIKE_AN_ID.test(name) && /[\d]|.{6}/.test(word))
  )
}

interface Word {
  readonly before: string
  readonly word: string
}

/** The words of a text, each with what stands between it and the one before; what follows the last one is a word of its own. */
function wordsOf(text: string): Word[] {
  const words: Word[] = []
  let end = 0
  for (const match of text.matchAll(/[\w-]+/g)) {
    words.push({ before: text.slice(end, match.index), word: match[0] })
    end = match.index + match[0].length
  }
  return end < text.length ? [...words, { before: text.slice(end), word: '' }] : words
}

/** Everything that a request says, in an order that is the same for both servers. */
function partsOf(request: OutgoingRequest): string[] {
  const path = request.path.split(/[/?&=]/).map((part) => decoded(part))
  const headers = request.headers.map(([, value]) => value)
  return [...path, ...headers, ...bodyParts(request)]
}

function bodyParts({ body }: OutgoingRequest): string[] {
  if (typeof body !== 'string') return []
  try {
    return [...leavesOf(JSON.parse(body))]
  } catch {
    return [body]
  }
}

function* leavesOf(value: unknown): Generator<string> {
  if (typeof value === 'string' || typeof value === 'number') yield String(value)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      if (!Array.isArray(value)) yield name
      yield* leavesOf(each)
    }
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
