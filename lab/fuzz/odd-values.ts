import type { Random } from './random.ts'
import { type RawRequest, withBody } from './raw-request.ts'

export const oddTexts: readonly string[] = [
  '',
  ' ',
  '\t',
  'null',
  'true',
  '0',
  '-0',
  '1e400',
  '1e1',
  '0x10',
  'NaN',
  '99999999999999999999',
  'ü',
  '李',
  '😀',
  '\u0000',
  '\ud800',
  '../../x',
  '<b>',
  "';--",
  '${x}',
  '{{x}}',
  '%s%n',
  '*',
  '"',
  '\\',
  'a'.repeat(300),
  '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00+23:59',
  '00000000-0000-0000-0000-000000000000',
]

const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  { a: { b: { c: [1] } } },
  nested(200),
  nested(3000),
  Array.from({ length: 500 }, (_, index) => index),
  ...oddTexts,
]

const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  'id',
  '$ref',
  'a/b',
  'a~b',
  'length',
  'ü',
]

/** A body whose JSON has an odd value or property somewhere; one that is no JSON stays. */
export function oddJson(request: RawRequest, random: Random, kind: 'value' | 'property'): RawRequest {
  const value = parsed(request.body)
  if (value === undefined) return request
  const changed = changedAt(value, random, kind)
  return withBody(request, Buffer.from(JSON.stringify(changed) ?? 'null'))
}

function changedAt(value: unknown, random: Random, kind: 'value' | 'property'): unknown {
  const isHere = random.below(3) === 0
  if (Array.isArray(value) && value.length > 0 && !isHere) {
    const at = random.below(value.length)
    return value.map((each: unknown, index) => (index === at ? changedAt(each, random, kind) : each))
  }
  if (isObject(value) && !(isHere && kind === 'value')) {
    const names = Object.keys(value)
    if (kind === 'property' && (isHere || names.length === 0))
      // JSON.parse makes a property of any name, __proto__ too.
      return { ...value, ...(JSON.parse(`{${JSON.stringify(random.pick(oddNames))}:1}`) as object) }
    if (names.length === 0) return random.pick(oddValues)
    const at = random.pick(names)
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, name === at ? changedAt(each, random, kind) : each]),
    )
  }
  return random.pick(oddValues)
}

function parsed(body: Buffer): unknown {
  try {
    return body.length === 0 ? undefined : JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}
