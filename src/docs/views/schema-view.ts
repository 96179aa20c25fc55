import type { Pointer } from '../../openapi/api.ts'
import { anchor } from '../anchor.ts'
import { assumedClass, mark, ownReason, type Reason, why } from '../assumption.ts'
import { html, type Html, join, nothing } from '../../output/html.ts'
import { valueText } from './json-view.ts'
import { markdown } from '../markdown.ts'
import { alternativesOf, commonProperty, typesOfAlternatives } from './schema-alternatives.ts'
import { tabsView } from './tabs-view.ts'
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
const MAX_EXAMPLE = 60
/** With more properties than this an object is shown without what its properties hold. */
const PROPERTIES_IN_SIGHT = 12
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
export function entryView(options: EntryOptions, level = 0, isBare = false): Html {
  return html`<li class="entry ${assumedClass(ownReason(options.reason, options.outer))}" data-pointers="${placesOf(options)}">
    ${entryInside(options, level, isBare)}
  </li>`
}

/** `isBare`: what it holds stands there without a fold of its own. */
function entryInside(options: EntryOptions, level: number, isBare = false): Html {
  const { name, facts, outer, description, extra = nothing } = options
  const whole = ownReason(options.reason, outer)
  const inside = whole ?? outer
  const descriptions = [...new Set([...(description ? [description] : []), ...facts.descriptions])]
  return html`<div class="entry-line">
      <span class="entry-name">${name}</span
      >${typeView(facts, inside)}${requiredWord(options, inside)}${mark(whole)}${factsView(facts, inside)}
    </div>
    ${texts(descriptions)}${why(whole)}${reasons(facts, inside, options.requiredReason)}${extra}${below(facts, inside, level + 1, isBare)}`
}

function placesOf({ pointers, facts }: EntryOptions): string {
  return pointersOf(pointers ?? facts.pointers)
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

/** What a body of the other direction alone is told; the style sheet hides it where it goes without saying. */
const directions: ReadonlySet<string> = new Set(['readOnly', 'writeOnly'])

function factsView(facts: SchemaFacts, inside: Reason): Html {
  const rest = facts.words.filter(({ keyword }) => keyword !== 'format')
  const words = rest.map((each) =>
    stated(
      each,
      inside,
      html`${each.value.text}${each.value.code !== undefined && html` <code>${each.value.code}</code>`}`,
      directions.has(each.keyword) ? `fact ${each.keyword}` : 'fact',
    ),
  )
  return html`${words}${valuesView(facts, inside)}${exampleOf(facts)}`
}

/** A value that fits into the line, where no list of values says it already. */
function exampleOf({ examples: [example], values, words }: SchemaFacts): Html {
  const isSaid = values.length > 0 || words.some(({ keyword }) => keyword === 'const')
  if (isSaid || example === undefined || typeof example === 'object') return nothing
  const text = valueText(example)
  return text.length > MAX_EXAMPLE ? nothing : html`<span class="fact">example <code>${text}</code></span>`
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
  const others = typesOfAlternatives(facts).map(plainType)
  if (others.length > 0) return html`${alternativesOf(facts).length > 0 && 'one of these or '}${join(others, ' or ')}`
  const isSaidElsewhere =
    facts.values.length > 0 || facts.words.some(({ keyword }) => keyword === 'const') || alternativesOf(facts).length > 0
  return html`${isSaidElsewhere ? '' : 'any value'}`
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

function below(facts: SchemaFacts, outer: Reason, level: number, isBare = level === 0): Html {
  const { members } = facts
  const parts = facts.parts.filter((part) => !(part.keyword === 'items' && isPlain(part.facts)))
  const lists = alternativesOf(facts)
  // Where there is much to read already, what is further in waits until it is asked for.
  const inside = members.length > PROPERTIES_IN_SIGHT ? OPEN_LEVELS : level
  const single = [...parts.filter(({ list }) => list === undefined), ...lists.flatMap((list) => (list.length === 1 ? list : []))]
  const alternatives = lists.filter((list) => list.length > 1)
  const entries = [
    ...members.map((member) => memberView(member, outer, inside)),
    ...single.map((part) => partView(part, outer, inside)),
  ]
  if (entries.length === 0 && alternatives.length === 0) return nothing
  const all = html`${
    entries.length > 0 &&
    html`<ul class="entries">
      ${entries}
    </ul>`
  }${alternatives.map((list) => alternativesView(list, outer, inside))}`
  if (isBare || entries.length === 0) return all
  const label =
    members.length > 0
      ? `${members.length} ${members.length === 1 ? 'property' : 'properties'}`
      : single.map((part) => part.label).join(', ')
  return html`<details class="fold" ${level < OPEN_LEVELS && 'open'}>
    <summary>${label}</summary>
    ${all}
  </details>`
}

function memberView(member: Member, outer: Reason, level: number): Html {
  return entryView({ ...member, name: html`<code>${member.name}</code>`, reason: member.facts.reason, outer }, level)
}

function partView(part: Part, outer: Reason, level: number): Html {
  return entryView({ ...partOptions(part, outer), name: html`<em>${labelOf(part)}</em>` }, level, part.keyword === 'items')
}

function partOptions({ facts, reason }: Part, outer: Reason): Omit<EntryOptions, 'name'> {
  return { facts, required: false, reason: facts.reason ?? reason, outer }
}

function labelOf({ label, facts: { name } }: Part): string {
  return name === undefined || label.endsWith(name) ? label : `${label} — ${name}`
}

/** What may be sent one way or another: a button for each way, which shows it. */
function alternativesView(alternatives: readonly Part[], outer: Reason, level: number): Html {
  const lead = alternatives[0]?.keyword === 'anyOf' ? 'any of' : 'one of'
  const chosenBy = commonProperty(alternatives)
  const tabs = alternatives.map((part) => ({
    label: html`${chosenBy === undefined ? part.label : part.label.slice(`when ${chosenBy} is `.length)}`,
    body: html`<div class="alternative" data-pointers="${pointersOf(part.facts.pointers)}">${entryInside({ ...partOptions(part, outer), name: html`<em>${labelOf(part)}</em>` }, level, true)}</div>`,
    reason: ownReason(part.facts.reason ?? part.reason, outer),
  }))
  return html`<div class="alternatives">
    <p class="alternatives-lead">${lead}${chosenBy !== undefined && html`, by <code>${chosenBy}</code>`}</p>
    ${tabsView(tabs)}
  </div>`
}
