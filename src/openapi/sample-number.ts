import type { JsonObject } from './api.ts'
import type { Random } from './random.ts'
import { wordsIn } from './sample-words.ts'

/** A number for a schema, within its bounds, a multiple of its step; what is a minimum by its name is low, a maximum high. */
export function numberFor(schema: JsonObject, isWhole: boolean, name: string, random: Random): number {
  const step = stepOf(schema, isWhole)
  const usual = usualRange(wordsIn(name), isWhole)
  const least = leastOf(schema, step)
  const most = mostOf(schema, step)
  const low = least ?? (most === undefined ? usual.low : Math.min(usual.low, most))
  const high = most ?? Math.max(usual.high, low + step)
  // The usual range where it lies within the bounds, or else the bounds themselves.
  const from = Math.max(low, Math.min(usual.low, high))
  const to = Math.min(high, Math.max(usual.high, from))
  const wanted = from + Math.floor(((to - from) / step) * usual.share(random)) * step
  return nearest(wanted, step, low, high)
}

interface Range {
  readonly low: number
  readonly high: number
  /** Which part of the range, from 0 to 1. */
  readonly share: (random: Random) => number
}

const ranges: readonly (readonly [RegExp, number, number])[] = [
  [/\b(?:latitude|lat)$/, 48, 52],
  [/\b(?:longitude|lng|lon|long)$/, 8, 12],
  [/\b(?:year)$/, 2024, 2026],
  [/\b(?:month)$/, 1, 12],
  [/\b(?:day)$/, 1, 28],
  [/\b(?:hour)$/, 0, 23],
  [/\b(?:age)$/, 20, 70],
  [/\b(?:page|page number|current page)$/, 1, 1],
  [/\b(?:percent|percentage|rate|ratio|score|rating)$/, 1, 5],
  [/\b(?:price|amount|cost|fee|total|balance|subtotal|value)$/, 5, 95],
  [/\b(?:created|updated|expires?|timestamp|time|date|at|modified)$/, 1_767_225_600, 1_769_904_000],
  [/\b(?:count|quantity|qty|size|number|length|items)$/, 1, 10],
  [/\bids?$/, 1, 999],
]

function usualRange(words: string, isWhole: boolean): Range {
  const [, low = 1, high = 100] = ranges.find(([pattern]) => pattern.test(words)) ?? []
  if (/\b(?:min|minimum|low|lowest|least|from|start)\b/.test(words)) return { low, high, share: () => 0 }
  if (/\b(?:max|maximum|high|highest|most|to|end)\b/.test(words)) return { low, high, share: () => 1 }
  return { low, high: isWhole ? high : high + 0.5, share: (random) => random.fraction() }
}

function stepOf({ multipleOf }: JsonObject, isWhole: boolean): number {
  if (typeof multipleOf === 'number' && multipleOf > 0) {
    return isWhole && !Number.isInteger(multipleOf) ? wholeStep(multipleOf) : multipleOf
  }
  return isWhole ? 1 : 0.5
}

/** The first whole number that is a multiple of a fraction: 5 for 2.5. */
function wholeStep(step: number): number {
  for (let factor = 1; factor <= 1000; factor++) {
    const product = rounded(step * factor, 10)
    if (Number.isInteger(product)) return product
  }
  return 1
}

function leastOf({ minimum, exclusiveMinimum }: JsonObject, step: number): number | undefined {
  const least = [
    ...(typeof minimum === 'number' ? [ceilTo(minimum, step)] : []),
    ...(typeof exclusiveMinimum === 'number' ? [above(exclusiveMinimum, step)] : []),
  ]
  return least.length > 0 ? Math.max(...least) : undefined
}

function mostOf({ maximum, exclusiveMaximum }: JsonObject, step: number): number | undefined {
  const most = [
    ...(typeof maximum === 'number' ? [floorTo(maximum, step)] : []),
    ...(typeof exclusiveMaximum === 'number' ? [-above(-exclusiveMaximum, step)] : []),
  ]
  return most.length > 0 ? Math.min(...most) : undefined
}

function above(bound: number, step: number): number {
  const next = ceilTo(bound, step)
  return next > bound ? next : rounded(next + step, decimalsOf(step))
}

function ceilTo(value: number, step: number): number {
  return rounded(Math.ceil(rounded(value / step, 9)) * step, decimalsOf(step))
}

function floorTo(value: number, step: number): number {
  return rounded(Math.floor(rounded(value / step, 9)) * step, decimalsOf(step))
}

/** The multiple at or below a number, kept between the bounds; the middle where no multiple lies between them. */
function nearest(value: number, step: number, low: number, high: number): number {
  const multiple = floorTo(value, step)
  if (multiple >= low && multiple <= high) return multiple
  if (low <= high) return ceilTo(low, step) <= high ? ceilTo(low, step) : (low + high) / 2
  return low
}

function decimalsOf(step: number): number {
  const [mantissa = '', exponent = '0'] = String(step).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}

function rounded(value: number, decimals: number): number {
  return Math.abs(value) < 1e15 ? Number(value.toFixed(Math.min(decimals, 20))) : value
}
