import { tokensOf } from '../openapi/pointer.ts'
import { jsonOf } from '../conform/checks/json-of.ts'
import { createdId, tagOf } from '../conform/cases/resource.ts'
import { curlOf, type Secrets } from '../conform/report/curl.ts'
import { linkedBody } from '../conform/run/links.ts'
import type { Exchanged } from '../conform/transport/transport.ts'
import type { Difference } from './difference.ts'
import type { Step } from './step.ts'

/** A step of a walk with what the target answered. */
export interface Played {
  readonly step: Step
  readonly exchanged: Exchanged
}

export interface ScriptParts {
  readonly about: string
  readonly walk: readonly Played[]
  readonly difference: Difference
  readonly secrets: Secrets
  /** Where the target can be set back to its seed. */
  readonly resetUrl: string | undefined
}

/**
 * A shell script that plays the walk on the target and exits 1 while the difference is there. What a request takes over from
 * an earlier answer it reads out of that answer, so it works with other ids than those of the run.
 */
export function walkScript({ about, walk, difference, secrets, resetUrl }: ScriptParts): string {
  const variables = new Map<string, Variable>()
  const steps = walk.map((played, index) => {
    const isLast = index === walk.length - 1
    const own = isLast ? [] : variablesOf(played, walk.slice(index + 1), variables)
    const names = Object.fromEntries(
      [...variables].filter(([, { from }]) => from < index).map(([value, { name }]) => [name, value]),
    )
    const lines = [
      `# ${index + 1}: ${played.step.operation.id}, ${oneLine(played.step.name)}`,
      `answer=$(${curlOf(played.exchanged.sent, { ...secrets, ...names })})`,
      'show',
    ]
    for (const { value, read } of own) {
      const name = `v${variables.size + 1}`
      variables.set(value, { name, from: index })
      lines.push(`${name}=$(${read})`)
    }
    return lines.join('\n')
  })
  return [
    '#!/bin/sh',
    ...about.split('\n').map((line) => `# ${line}`),
    'set -u',
    FUNCTIONS,
    ...(resetUrl === undefined ? [] : ['# reset to the seed', `curl -sS -o /dev/null -X POST '${resetUrl}'`, '']),
    ...steps.map((each) => `${each}\n`),
    '# 1 while the difference is there',
    verdict(difference, walk.at(-1)?.exchanged),
    '',
  ].join('\n')
}

interface Variable {
  readonly name: string
  /** The index of the step that it is read from. */
  readonly from: number
}

const FUNCTIONS = `
show() { printf '%s\\n\\n' "$answer" >&2; }
status() { printf '%s' "$answer" | sed -n '1,/^HTTP/s/^HTTP[^ ]* \\([0-9]*\\).*/\\1/p' | tail -n 1; }
header() { printf '%s' "$answer" | tr -d '\\r' | sed -n '1,/^$/p' | grep -i "^$1:" | sed 's/^[^:]*: *//' | head -n 1; }
# every value of the properties with a name, one per line
members() { printf '%s' "$answer" | grep -o "\\"$1\\" *: *\\(\\"[^\\"]*\\"\\|[^,}]*\\)" | sed 's/^[^:]*: *//; s/^"//; s/"$//'; }
member() { members "$1" | sed -n "$2p"; }
`

interface Reading {
  readonly value: string
  readonly read: string
}

/** What later steps take from this one and how the shell reads it out of the answer. */
function variablesOf(
  { step, exchanged }: Played,
  later: readonly Played[],
  known: ReadonlyMap<string, Variable>,
): Reading[] {
  const takes = later.flatMap((each) => each.step.takes.filter(({ from }) => from === step.number))
  const values = takes.flatMap((take): string[] => {
    if (take.kind === 'id') return [createdId(take.resource, exchanged) ?? '']
    if (take.kind === 'tag') return [tagOf(exchanged) ?? '']
    return Object.values(linkedBody(take.link, exchanged)).map((value) => (typeof value === 'string' ? value : ''))
  })
  return [...new Set(values)].flatMap((value) => {
    const read = value === '' || known.has(value) ? undefined : reading(value, exchanged)
    return read === undefined ? [] : [{ value, read }]
  })
}

function reading(value: string, exchanged: Exchanged): string | undefined {
  if (exchanged.outcome.kind !== 'answer') return undefined
  const { location, etag } = exchanged.outcome.headers
  if (location?.split(/[/?#]/).includes(value)) return String.raw`header location | sed 's/[?#].*//; s/\/$//; s/.*\///'`
  if (etag?.includes(value)) return String.raw`header etag | sed 's/^W\///; s/"//g'`
  for (const name of namesIn(exchanged)) {
    const index = valuesOf(exchanged, name).indexOf(value)
    if (index >= 0) return `property ${name} ${index + 1}`
  }
  return undefined
}

/** The names of an answer's properties, wherever they stand. */
function namesIn(exchanged: Exchanged): string[] {
  const text = exchanged.outcome.kind === 'answer' ? exchanged.outcome.text : ''
  return [...new Set([...text.matchAll(/"(\w+)" *:/g)].map(([, name = '']) => name))]
}

/** The values of the properties with a name, as the shell function `members` prints them. */
function valuesOf(exchanged: Exchanged, name: string): string[] {
  const text = exchanged.outcome.kind === 'answer' ? exchanged.outcome.text : ''
  const members = text.matchAll(new RegExp(`"${name}" *: *("[^"]*"|[^,}]*)`, 'g'))
  return [...members].map(([, value = '']) => value.replaceAll(/^"|"$/g, ''))
}

function verdict({ place }: Difference, exchanged: Exchanged | undefined): string {
  const status = exchanged?.outcome.kind === 'answer' ? String(exchanged.outcome.status) : ''
  const byStatus = `[ "$(status)" != '${status}' ]`
  if (exchanged?.outcome.kind !== 'answer' || place.kind === 'status') return byStatus
  if (place.kind === 'header')
    return `[ "$(header ${place.name})" != ${quoted(exchanged.outcome.headers[place.name] ?? '')} ]`
  const name = tokensOf(place.at).findLast((token) => /^\w+$/.test(token) && !/^\d+$/.test(token))
  const values = name === undefined ? undefined : valuesOf(exchanged, name)
  if (place.change === 'length') return lengthVerdict(exchanged, place.at) ?? byStatus
  if (name === undefined || values === undefined || jsonOf(exchanged) === undefined) return byStatus
  if (place.change === 'missing') return `[ "$(members ${name} | wc -l)" -gt ${values.length} ]`
  if (place.change === 'extra') return `[ "$(members ${name} | wc -l)" -lt ${values.length} ]`
  return `[ "$(members ${name})" != ${quoted(values.join('\n'))} ]`
}

/** Rows are counted by a property that each of them has. */
function lengthVerdict(exchanged: Exchanged, at: string): string | undefined {
  const rows = tokensOf(at).reduce<unknown>(
    (node, token) => (node as Record<string, unknown> | undefined)?.[token],
    jsonOf(exchanged),
  )
  const [first] = Array.isArray(rows) ? (rows as unknown[]) : []
  const name =
    typeof first === 'object' && first !== null ? Object.keys(first).find((each) => /^\w+$/.test(each)) : undefined
  return name === undefined ? undefined : `[ "$(members ${name} | wc -l)" != ${valuesOf(exchanged, name).length} ]`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
