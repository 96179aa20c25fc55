import { isPlain, type Part, type SchemaFacts } from './schema-facts.ts'

/** The entries of each `oneOf` and `anyOf` that are worth a button: what a word in the line of the schema says already is left out. */
export function alternativesOf(facts: SchemaFacts): (readonly Part[])[] {
  return listsOf(facts)
    .filter((list) => !list.every((part) => isPlain(part.facts)) || isSpokenFor(facts))
    .map((list) => list.filter((part) => !isNull(part)))
}

/** The types that the alternatives of a schema without a type of its own come down to, such as `string` and `null`. */
export function typesOfAlternatives(facts: SchemaFacts): readonly SchemaFacts[] {
  if (isSpokenFor(facts)) return []
  const [list = []] = listsOf(facts)
  const told = list.every((part) => isPlain(part.facts)) ? list : list.filter(isNull)
  // `null` alone says what else there is besides the alternatives that are shown.
  return told.map((part) => part.facts)
}

/** The property whose value tells all alternatives apart: their labels say `when kind is …`. */
export function commonProperty(alternatives: readonly Part[]): string | undefined {
  const [first, ...rest] = alternatives.map(({ label }) => /^when (\S+) is /.exec(label)?.[1])
  return rest.every((each) => each === first) ? first : undefined
}

function listsOf({ parts }: SchemaFacts): (readonly Part[])[] {
  const lists = new Set(parts.flatMap(({ list }) => list ?? []))
  return [...lists].map((list) => parts.filter((part) => part.list === list))
}

/** Whether its line has a type, or there is more than one list whose types would have to be told. */
function isSpokenFor(facts: SchemaFacts): boolean {
  return facts.types.length > 0 || listsOf(facts).length !== 1
}

function isNull({ facts }: Part): boolean {
  return isPlain(facts) && facts.types.length === 1 && facts.types[0]?.value === 'null'
}
