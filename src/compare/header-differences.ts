import type { HeaderSpec } from '../openapi/api.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { pointerTo } from '../openapi/pointer.ts'
import type { Answer } from '../conform/transport/transport.ts'
import type { Difference, Whole } from './difference.ts'
import type { Correspondence } from './correspondence.ts'

/** What differs between the declared headers. */
export function headerDifferences(whole: Whole, ours: Answer, theirs: Answer): Difference[] {
  const entries = Object.entries(whole.spec.headers)
  return entries.flatMap(([name, header]) => {
    const [one, other] = [ours.headers[name], theirs.headers[name]]
    if (one === undefined && other === undefined) return []
    if (one !== undefined && other !== undefined && isSameHeader(whole.same, name, one, other)) return []
    const what =
      other === undefined ? 'is missing' : one === undefined ? 'is there; the mock does not send it' : 'differs'
    return [headerDifference(whole, name, header, what, one, other)]
  })
}

function headerDifference(
  { context, operation, spec, key, status }: Whole,
  name: string,
  header: HeaderSpec,
  what: string,
  one: string | undefined,
  other: string | undefined,
): Difference {
  const { document } = context.api
  const usage = pointerTo(operation.pointer, 'responses', key)
  return {
    pointer: header.pointer,
    message: `${status}: the header ${name} ${what}`,
    expected: one === undefined ? `no header ${name}` : `${name}: ${one}`,
    got: other === undefined ? `no header ${name}` : `${name}: ${other}`,
    why:
      assumptionAt(document, usage) ??
      assumptionAt(document, spec.pointer) ??
      header.inferred ??
      assumptionAt(document, header.pointer),
    place: { kind: 'header', name },
  }
}

function isSameHeader(same: Correspondence, name: string, one: string, other: string): boolean {
  if (name === 'etag') return tagForm(one) === tagForm(other)
  if (name === 'allow') return sorted(one) === sorted(other)
  // What follows the scheme is wording, such as a realm (RFC 9110, section 11.6.1).
  if (name === 'www-authenticate') return one.split(' ')[0]?.toLowerCase() === other.split(' ')[0]?.toLowerCase()
  if (name === 'location') return same.alike(pathOf(one), pathOf(other), name)
  return !Number.isNaN(Date.parse(one)) && !Number.isNaN(Date.parse(other)) && one.endsWith('GMT')
    ? true
    : same.alike(one, other, name)
}

function tagForm(tag: string): string {
  return tag.replace(/[^"]+(?="?$)/, (inner) => (inner.startsWith('W/') ? 'W/' : ''))
}

function sorted(list: string): string {
  return list
    .split(',')
    .map((each) => each.trim())
    .toSorted()
    .join(',')
}

/** An absolute `Location` says the same as a relative one (RFC 9110, section 10.2.2). */
function pathOf(location: string): string {
  return location.replace(/^https?:\/\/[^/]+/, '')
}
