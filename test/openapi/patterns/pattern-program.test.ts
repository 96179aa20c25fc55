import { expect, test } from 'vitest'
import { programOf } from '../../../src/openapi/patterns/pattern-program.ts'
import { matches } from '../../../src/openapi/patterns/run-program.ts'
import { randomOf } from '../../../src/openapi/random.ts'

function answerOf(pattern: string, flags: string, text: string): boolean | undefined {
  const program = programOf(pattern, flags)
  return program && matches(program, text, 1_000_000)
}

test.each([
  ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
  ['^(?:ab|a)*c', ['abac', 'c'], ['abb']],
  [String.raw`^(?=.*[a-z])(?=.*\d).{3,}$`, ['ab1'], ['abc', 'a1']],
  ['a(?!b)', ['ac'], ['ab']],
  ['(?<=a)b', ['ab'], ['b']],
  ['(?<!a)b', ['b', 'cb'], ['ab']],
  [String.raw`\bcat\b`, ['a cat.'], ['cats']],
  [String.raw`^\p{Lu}\u{1F600}.$`, ['É😀é'], ['é😀é']],
  ['^$', [''], [' ']],
  ['a||b', ['', 'x'], []],
])('%s takes %j and not %j', (pattern, right, wrong) => {
  expect(right.map((text) => answerOf(pattern, 'u', text))).toEqual(right.map(() => true))
  expect(wrong.map((text) => answerOf(pattern, 'u', text))).toEqual(wrong.map(() => false))
})

test.each([
  [String.raw`(a)\1`, 'u'],
  [String.raw`(?<n>a)\k<n>`, 'u'],
  ['a{6000}', 'u'],
  ['(?:(?:a{100}){100}){100}', 'u'],
  ['^a$', 'iu'],
  ['😀', ''],
])('%s with the flags "%s" is left to others', (pattern, flags) => {
  expect(programOf(pattern, flags)).toBeUndefined()
})

test('a text that takes too many steps counts as one that does not match', () => {
  const program = programOf('^(a+)+$', 'u')
  expect(program && [20, 2000].map((steps) => matches(program, 'a'.repeat(50), steps))).toEqual([false, true])
})

test('patterns of all kinds match what they match for JavaScript', () => {
  const random = randomOf('patterns')
  const atoms = ['a', 'b', '.', String.raw`\d`, String.raw`\w`, '[ab]', '[^a]', '^', '$', String.raw`\b`, '😀', String.raw`\x61`]
  const openings = ['(', '(?:', '(?=', '(?!', '(?<=', '(?<!']
  const quantifiers = ['', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '+?']
  const written = (depth: number): string =>
    Array.from({ length: random.integer(1, 4) }, () => {
      const opening = random.pick(openings)
      if (depth > 0 && random.integer(0, 2) === 0) {
        const inner = random.integer(0, 1) === 0 ? written(depth - 1) : `${written(depth - 1)}|${written(depth - 1)}`
        return `${opening}${inner})${/[=!]/.test(opening) ? '' : random.pick(quantifiers)}`
      }
      const atom = random.pick(atoms)
      return atom + (/^(?:[\^$]|\\b)$/.test(atom) ? '' : random.pick(quantifiers))
    }).join('')
  let matched = 0
  for (let count = 0; count < 2000; count++) {
    const expression = new RegExp(written(3), 'u')
    const text = Array.from({ length: random.integer(0, 8) }, () => random.pick(['a', 'b', '1', '-', ' ', '\n', '😀'])).join('')
    const expected = expression.test(text)
    if (expected) matched++
    expect([expression.source, text, answerOf(expression.source, 'u', text)]).toEqual([expression.source, text, expected])
  }
  expect(matched).toBeGreaterThan(200)
})
