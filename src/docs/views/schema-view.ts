import type { Pointer } from '../../openapi/api.ts'
import { anchor } from '../anchor.ts'
import { assumedClass, mark, ownReason, type Reason, why } from '../assumption.ts'
import { html, type Html, join, nothing } from '../../output/html.ts'
import { valueText } from './json-view.ts'
import { markdown } from '../markdown.ts'
import { isPlain, type Member, type Part, type SchemaFacts, type Stated } from './schema-facts.ts'

export interface EntryOptions {
  readonly name: Html
  readonly facts: SchemaFacts
  readonly required: boolean
  readonly requiredReason?: string | undefined
  /** Why the whole entry is an assumption. */
  readonly reason: Reason
  /** The reason that everything around is assumed for. */
  readonly outer: Reason
  readonly pointers?: readonly Pointer[]
  readonly description?: string
  readonly extra?: Html
}

const OPEN_LEVELS = 2
export const VALUES_IN_SIGHT = 16

/** A body's schema: its own line, its properties, its alternatives. */
export function schemaView(facts: SchemaFacts, outer: Reason): Html {
  const whole = ownReason(facts.reason, outer)
  const inside = whole ?? outer
  return html`<div class="schema ${assumedClass(whole)}" data-pointers="${pointersOf(facts.pointers)}">
    <div class="entry-line">${typeView(facts, inside)}${mark(whole)}${factsView(facts, inside)}</div>
    ${texts(facts.descriptions)}${why(whole)}${reasons(facts, inside)}${below(facts, inside, 0)}
  </div>`
}

/** A property or a parameter: name, type and constraints in a line; what it means; why it is assumed; what it holds. */
export function entryView(options: EntryOptions, level = 0): Html {
  const { name, facts, outer, description, extra = nothing } = options
  const whole = ownReason(options.reason, outer)
  const inside = whole ?? outer
  const descriptions = [...new Set([...(description ? [description] : []), ...facts.descriptions])]
  return html`<li
    class="entry ${assumedClass(whole)}"
    data-pointers="${pointersOf(options.pointers ?? facts.pointers)}"
  >
    <div class="entry-line">
      <span class="entry-name">${name}</span
      >${typeView(facts, inside)}${requiredWord(options, inside)}${mark(whole)}${factsView(facts, inside)}
    </div>
    ${texts(descriptions)}${why(whole)}${reasons(facts, inside, options.requiredReason)}${extra}${below(facts, inside, level + 1)}
  </li>`
}

/** Pointers as an attribute that the script takes apart again. */
export function pointersOf(pointers: readonly Pointer[]): string {
  return JSON.stringify(pointers)
}

function requiredWord({ required, requiredReason }: EntryOptions, inside: Reason): Html {
  if (!required) return nothing
  const reason = ownReason(requiredReason, inside)
  return html`<span class="required ${assumedClass(reason)}">required${mark(reason)}</span>`
}

function typeView(facts: SchemaFacts, inside: Reason): Html {
  const format = facts.words.find(({ keyword }) => keyword === 'format')
  return html`<span class="type"
    >${typeText(facts, inside)}${format && stated(format, inside, html` <code>${format.value.code}</code>`)}</span
  >`
}

function factsView(facts: SchemaFacts, inside: Reason): Html {
  const rest = facts.words.filter(({ keyword }) => keyword !== 'format')
  const words = rest.map((each) =>
    stated(
      each,
      inside,
      html`${each.value.text}${each.value.code !== undefined && html` <code>${each.value.code}</code>`}`,
      'fact',
    ),
  )
  return html`${words}${valuesView(facts, inside)}`
}

function typeText(facts: SchemaFacts, inside: Reason): Html {
  if (facts.recursive) return html`${facts.name ?? 'the same'} again`
  const items = facts.parts.find(({ keyword }) => keyword === 'items')
  const names = facts.types.map((type) => {
    const name =
      type.value === 'array' && items && isPlain(items.facts)
        ? html`array of ${plainType(items.facts)}`
        : html`${type.value}`
    return stated(type, inside, name)
  })
  if (names.length > 0) return join(names, ' or ')
  return html`${facts.values.length > 0 || facts.words.some(({ keyword }) => keyword === 'const') ? '' : 'any value'}`
}

function plainType({ types, words, recursive, name }: SchemaFacts): Html {
  if (recursive && name !== undefined) return html`${name}`
  const names = types.map(({ value }) => value).join(' or ') || 'any value'
  return html`${names}${words.map(({ value }) => html` <code>${value.code}</code>`)}`
}

/** A statement with the look of an assumption where it is one of its own. */
function stated({ reason }: Stated<unknown>, inside: Reason, text: Html, kind = ''): Html {
  const own = ownReason(reason, inside)
  if (own === undefined && kind === '') return text
  return html`<span class="${kind} ${assumedClass(own)}" ${own !== undefined && html` title="Assumed: ${own}"`}
    >${text}</span
  >`
}

function valuesView({ values, name }: SchemaFacts, inside: Reason): Html {
  if (values.length === 0) return nothing
  const chips = html`<span class="values"
    >${values.map((value) => stated(value, inside, html`<code>${valueText(value.value)}</code>`, 'value'))}</span
  >`
  if (values.length <= VALUES_IN_SIGHT) return html`<span class="fact">one of</span>${chips}`
  if (name !== undefined)
    return html`<span class="fact"
      >one of <a href="#${encodeURIComponent(anchor('values', name))}">${values.length} values</a></span
    >`
  return html`<details class="fold values-fold">
    <summary>one of ${values.length} values</summary>
    ${chips}
  </details>`
}

function texts(descriptions: readonly string[]): Html {
  return html`${descriptions.map((text) => html`<div class="prose">${markdown(text)}</div>`)}`
}

/** The reasons of single statements, those with the same reason in one line. */
function reasons(facts: SchemaFacts, inside: Reason, requiredReason?: string): Html {
  const statements = [...facts.types, ...facts.words, ...facts.values]
  const byReason = new Map<string, Set<string>>()
  const add = (reason: string | undefined, keyword: string): void => {
    if (reason !== undefined && reason !== inside)
      byReason.set(reason, (byReason.get(reason) ?? new Set()).add(keyword))
  }
  for (const { reason, keyword } of statements) add(reason, keyword)
  add(requiredReason, 'required')
  return html`${[...byReason].map(([reason, keywords]) => html`<div class="assumed">${why(reason, [...keywords])}</div>`)}`
}

function below(facts: SchemaFacts, outer: Reason, level: number): Html {
  const { members } = facts
  const parts = facts.parts.filter((part) => !(part.keyword === 'items' && isPlain(part.facts)))
  if (members.length === 0 && parts.length === 0) return nothing
  const list = html`<ul class="entries">
    ${members.map((member) => memberView(member, outer, level))}${parts.map((part) => partView(part, outer, level))}
  </ul>`
  if (level === 0) return list
  const label =
    members.length > 0
      ? `${members.length} ${members.length === 1 ? 'property' : 'properties'}`
      : parts.map((part) => part.label).join(', ')
  return html`<details class="fold" ${level < OPEN_LEVELS && 'open'}>
    <summary>${label}</summary>
    ${list}
  </details>`
}

function memberView(member: Member, outer: Reason, level: number): Html {
  return entryView({ ...member, name: html`<code>${member.name}</code>`, reason: member.facts.reason, outer }, level)
}

function partView({ label, facts, reason }: Part, outer: Reason, level: number): Html {
  const named = facts.name === undefined || label.endsWith(facts.name) ? label : `${label} — ${facts.name}`
  return entryView(
    { name: html`<em>${named}</em>`, facts, required: false, reason: facts.reason ?? reason, outer },
    level,
  )
}
