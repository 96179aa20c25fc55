import { createBoundedPatterns, type PatternTest } from './patterns/bounded-patterns.ts'
import { createRequire } from 'node:module'
import type RandExpModule from 'randexp'
import type { JsonObject } from './api.ts'
import type { Random } from './random.ts'
import { hexOf, instantOf, urlOf, uuidOf, wordFor, type Words, wordsIn } from './sample-words.ts'

/** More characters than this are not written, whatever `minLength` says. */
const MAX_CHARACTERS = 1_000_000
const MAX_TRIES = 40

type Maker = (random: Random, name: string) => string

/** By `format`; those that the kit asserts, and the common ones that it does not. */
const byFormat: Readonly<Record<string, Maker>> = {
  'date-time': instantOf,
  'iso-date-time': instantOf,
  date: (random, name) => instantOf(random, name).slice(0, 10),
  time: (random, name) => instantOf(random, name).slice(11),
  'iso-time': (random, name) => instantOf(random, name).slice(11),
  duration: () => 'P3D',
  uuid: uuidOf,
  email: (random) => wordFor('email', random),
  'idn-email': (random) => wordFor('email', random),
  hostname: () => 'www.example.com',
  ipv4: (random) => `192.0.2.${random.integer(1, 254)}`,
  ipv6: (random) => `2001:db8::${random.integer(1, 9999)}`,
  uri: (random, name) => uriFor(random, name),
  url: (random, name) => uriFor(random, name),
  iri: (random, name) => uriFor(random, name),
  'uri-reference': (_, name) => `/${wordsIn(name).replaceAll(' ', '-')}`,
  'uri-template': (_, name) => `/${wordsIn(name).replaceAll(' ', '-') || 'items'}/{id}`,
  'json-pointer': () => '/name',
  'json-pointer-uri-fragment': () => '#/name',
  'relative-json-pointer': () => '1/name',
  regex: () => '^[a-z]+$',
  byte: () => 'dW5kZXJzdHVkeQ==',
  base64: () => 'dW5kZXJzdHVkeQ==',
  binary: () => 'understudy',
  password: (random) => hexOf(random, 16),
  decimal: (random) => `${random.integer(1, 99)}.50`,
  int32: (random) => String(random.integer(1, 999)),
  int64: (random) => String(random.integer(1, 999)),
  phone: (random) => wordFor('phone', random),
  'phone-number': (random) => wordFor('phone', random),
  currency: () => 'EUR',
  'country-code': () => 'DE',
  color: () => '#336699',
}

export interface TextOptions {
  readonly name: string
  /** Whether it is one of several: texts that are all alike then get a number. */
  readonly isItem?: boolean
  readonly random: Random
  readonly words: Words | undefined
  readonly formats?: Readonly<Record<string, string>>
}

/** A string for a schema: by its format, its pattern, or else by the words of the name that it stands under. */
export function textFor(schema: JsonObject, options: TextOptions): string {
  const { format, pattern } = schema
  const { random } = options
  if (typeof pattern === 'string') {
    const plain = fitted(schema, madeText(schema, options))
    return regExpOf(pattern)?.test(plain) ? plain : (textMatching(schema, pattern, random) ?? plain)
  }
  const text = madeText(schema, options)
  return typeof format === 'string' && format in byFormat && fits(schema, text) ? text : fitted(schema, text)
}

function madeText({ format }: JsonObject, { name, isItem = false, random, words, formats = {} }: TextOptions): string {
  if (typeof format === 'string' && Object.hasOwn(formats, format)) return formats[format] as string
  const ofFormat = typeof format === 'string' && Object.hasOwn(byFormat, format) ? byFormat[format] : undefined
  const text = ofFormat?.(random, name) ?? words?.(name, random)
  return text ?? (isItem ? `${wordFor(name, random)} ${random.integer(1, 99)}` : wordFor(name, random))
}

/** A text of the wanted length that matches a pattern, of letters and digits if it can; `undefined` where none was found. */
function textMatching(schema: JsonObject, pattern: string, random: Random): string | undefined {
  const expression = regExpOf(pattern)
  if (!expression) return undefined
  const least = countOf(schema['minLength'], 0)
  for (const isPlain of [true, false]) {
    const generator = generatorFor(pattern, random, isPlain)
    if (!generator) return undefined
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      // Open repetitions are tried short first; where a text has to be long, as long as that.
      generator.max = tries < MAX_TRIES / 2 ? 4 + tries : Math.max(Math.min(least, MAX_CHARACTERS), 12)
      const text = generator.gen()
      if (fits(schema, text) && expression.test(text)) return text
    }
  }
  return undefined
}

const require = createRequire(import.meta.url)

/** The package is loaded with the first pattern. It knows neither properties of characters nor assertions: each text is tried. */
function generatorFor(pattern: string, random: Random, isPlain: boolean): RandExpModule.default | undefined {
  const Generator = require('randexp') as typeof RandExpModule.default
  try {
    const generator = new Generator(simplified(pattern))
    if (isPlain) generator.defaultRange.subtract(0, 47).subtract(58, 64).subtract(91, 96).subtract(123, 65_535)
    generator.randInt = (least, most) => random.integer(least, most)
    return generator
  } catch {
    return undefined
  }
}

/** A pattern without what the generator does not know: properties of characters as letters, assertions left out. */
function simplified(pattern: string): string {
  let isInClass = false
  return pattern
    .replaceAll(/\\p\{([^}]*)\}|\\.|[[\]]/g, (found, property: string | undefined) => {
      if (found === '[' || found === ']') isInClass = found === '['
      if (property === undefined) return found
      const range = /^(?:Lu|Uppercase)/.test(property) ? 'A-Z' : property.startsWith('N') ? '0-9' : 'a-z'
      return isInClass ? range : `[${range}]`
    })
    .replaceAll(/\(\?<?[=!][^()]*\)/g, '')
    .replaceAll(/\(\?<\w+>/g, '(')
    .replace(/^\(\?i\)/, '')
}

/** Patterns are written for many dialects: tried with `u`, then without, `(?i)` as the flag that it means. */
function regExpOf(pattern: string): PatternTest | undefined {
  const flags = pattern.startsWith('(?i)') ? 'i' : ''
  const source = pattern.replace(/^\(\?i\)/, '')
  for (const each of [`${flags}u`, flags]) {
    try {
      return createBoundedPatterns()(source, each)
    } catch {
      continue
    }
  }
  return undefined
}

function fits(schema: JsonObject, text: string): boolean {
  const { length } = [...text]
  return length >= countOf(schema['minLength'], 0) && length <= countOf(schema['maxLength'], Infinity)
}

/** As long as the schema wants it. */
function fitted(schema: JsonObject, text: string): string {
  const least = Math.min(countOf(schema['minLength'], 0), MAX_CHARACTERS)
  const most = countOf(schema['maxLength'], Infinity)
  return text.padEnd(least, 'x').slice(0, most)
}

function countOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 0 ? value : otherwise
}

function uriFor(random: Random, name: string): string {
  const words = wordsIn(name)
  const word = /\b(?:avatar|image|picture|photo|logo|icon|thumbnail)\b/.test(words) ? wordFor(name, random) : ''
  return word.startsWith('https://') ? word : urlOf(words)
}
