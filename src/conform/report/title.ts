import type { Failure } from '../check.ts'

/**
 * What a finding says where nothing stands beside it: `accepts a body without userId (201)`. The message of a failure leaves out
 * which of several cases of one cause it was, so that equal ones can be told by it; the title takes the first of them.
 */
export function titleOf({ message, caseId, expected }: Pick<Failure, 'message' | 'caseId' | 'expected'>): string {
  const subject = phraseOf(caseId.slice(caseId.indexOf(': ') + 2))
  const [, wrong, done, status] =
    /^a request that (breaks|keeps to) this is (answered|refused) with (\d+)$/.exec(message) ?? []
  if (wrong === undefined) return withoutNumbers(message)
  if (wrong === 'breaks')
    return done === 'answered' ? `accepts ${subject} (${status})` : `refuses ${subject} with ${status}, not ${expected}`
  return done === 'refused' ? `refuses ${subject} (${status})` : `answers ${subject} with ${status}, not ${expected}`
}

const PLACES: Readonly<Record<string, string>> = {
  body: 'a body',
  query: 'the query parameter',
  header: 'the header',
  path: 'the path parameter',
  cookie: 'the cookie',
}

/** The name of a case in a sentence: `body.userId is missing` is a body without userId. */
function phraseOf(name: string): string {
  const [, place = '', property, label = ''] =
    /^(body|query|header|path|cookie)(?:[. ](.+?))? ((?:is|has|are|ends|starts|begins|comes|names|repeats|breaks|lies)\b.*)$/.exec(
      name,
    ) ?? []
  const what = PLACES[place]
  if (what === undefined) return `“${name}”`
  const isAbsent = label === 'is missing' || label === 'is left out'
  if (place !== 'body')
    return isAbsent
      ? `a request without ${what} ${property ?? ''}`
      : `a request in which ${what} ${property ?? ''} ${label}`
  if (property === undefined) return isAbsent ? 'a request without a body' : `${what} that ${label}`
  return isAbsent ? `${what} without ${property}` : `${what} whose ${property} ${label}`
}

/** The numbers of documented lines and rulings that the names of flows carry; docs/rulings.md has them. */
function withoutNumbers(message: string): string {
  return message.replace(/ \((?:\d{1,2}[a-z]?|[a-z])(?:(?:, | and |–)(?:\d{1,2}[a-z]?|[a-z]))*\)(?=:|$)/, '')
}
