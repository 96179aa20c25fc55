import { expect, test } from 'vitest'
import { segmentPattern } from '../../../src/mock/server/segment-pattern.ts'

test.each([
  ['{a}-{b}', '1-2', ['1', '2']],
  ['{a}-{b}', '1-2-3', ['1', '2-3']],
  ['{a}-{b}', '--1', ['-', '1']],
  ['{a}-{b}', '-1', undefined],
  ['{a}-{b}', '1-', undefined],
  ['{a}{b}', '123', ['1', '23']],
  ['{a}{b}', '1', undefined],
  ['{id}.json', '7.json', ['7']],
  ['{id}.json', '7.json.json', ['7.json']],
  ['{id}.json', '.json', undefined],
  ['{a}.{format}', '71.5.json', ['71.5', 'json']],
  ['{a}.{format}', 'a.', undefined],
  ['{a}.{b}.{c}', '1.2.3', ['1', '2', '3']],
  ['{id}:cancel', '7:cancel', ['7']],
  ['v{major}.{minor}!', 'v1.2!', ['1', '2']],
  ['v{major}.{minor}!', 'v1.2', undefined],
  ['{a}ab{b}ab', 'xabab', undefined],
  ['{a}ab{b}ab', 'xabyab', ['x', 'y']],
  ['a*b', 'a*b', []],
  ['a*b', 'ab', undefined],
  ['{a}-{b}', '1/2-3', undefined],
] as const)('%s has in %s the values %j', (template, segment, values) => {
  expect(segmentPattern(template, (text) => text).match(segment)).toEqual(values)
})

test('many parameters in one segment take no longer than the segment is long', () => {
  const { match } = segmentPattern(Array.from({ length: 12 }, (_, index) => `{p${index}}`).join('-'), (text) => text)
  const begun = performance.now()
  expect(match(`${'-'.repeat(8000)}/`)).toBeUndefined()
  expect(performance.now() - begun).toBeLessThan(1000)
})
