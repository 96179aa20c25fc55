import type { SchemaFacts } from './views/schema-facts.ts'

/** A value for a schema that comes without an example: what it must have and no more, to be filled in by the reader. */
export function sampleValue(facts: SchemaFacts): unknown {
  const { examples, values, words, types, members, parts } = facts
  const said = (keyword: string): { readonly value: { readonly raw: unknown } } | undefined =>
    words.find((each) => each.keyword === keyword)
  const given = said('const') ?? said('default')
  if (examples.length > 0) return examples[0]
  if (given) return given.value.raw
  if (values[0]) return values[0].value
  switch (types[0]?.value) {
    case 'object':
      return Object.fromEntries(
        members.filter(({ required }) => required).map((member) => [member.name, sampleValue(member.facts)]),
      )
    case 'array': {
      const items = parts.filter(
        ({ keyword }) => keyword === 'prefixItems' || (keyword === 'items' && said('minItems') !== undefined),
      )
      return items.map((part) => sampleValue(part.facts))
    }
    case 'integer':
    case 'number':
      return said('minimum')?.value.raw ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return sampleTexts[String(said('format')?.value.raw)] ?? 'text'
  }
}

const sampleTexts: Readonly<Record<string, string>> = {
  uuid: '00000000-0000-4000-8000-000000000000',
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  email: 'somebody@example.com',
  uri: 'https://example.com/',
}
