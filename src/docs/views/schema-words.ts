import { isObject } from '../../openapi/pointer.ts'
import { valueText } from './json-view.ts'
import { textOf } from '../../openapi/text-of.ts'

/** A constraint in words, with the part that is to stand as code behind them. */
export interface Words {
  readonly text: string
  readonly code?: string
  /** The keyword's value as the schema has it. */
  readonly raw: unknown
}

/** What a keyword of a schema asks for; `undefined` for keywords that are shown in another way, or that ask for nothing. */
export function wordsFor(keyword: string, value: unknown): Words | undefined {
  const words = Object.hasOwn(wording, keyword) ? wording[keyword]?.(value) : undefined
  if (words === undefined) return undefined
  return { ...(typeof words === 'string' ? { text: words } : words), raw: value }
}

/** Whether a keyword narrows a type down rather than adding a condition. */
export function describesValues(keyword: string): boolean {
  return keyword === 'format'
}

const wording: Readonly<Record<string, (value: unknown) => Omit<Words, 'raw'> | string | undefined>> = {
  format: (value) => ({ text: '', code: textOf(value) }),
  const: (value) => ({ text: 'always', code: valueText(value) }),
  default: (value) => ({ text: 'default', code: valueText(value) }),
  pattern: (value) => ({ text: 'matches', code: textOf(value) }),
  minLength: (value) => `at least ${counted(value, 'character')}`,
  maxLength: (value) => `at most ${counted(value, 'character')}`,
  minimum: (value) => `≥ ${textOf(value)}`,
  maximum: (value) => `≤ ${textOf(value)}`,
  exclusiveMinimum: (value) => `> ${textOf(value)}`,
  exclusiveMaximum: (value) => `< ${textOf(value)}`,
  multipleOf: (value) => (value === 1 ? 'whole number' : `multiple of ${textOf(value)}`),
  minItems: (value) => `at least ${counted(value, 'item')}`,
  maxItems: (value) => `at most ${counted(value, 'item')}`,
  uniqueItems: (value) => (value === true ? 'no item twice' : undefined),
  minContains: (value) => `at least ${textOf(value)} of them`,
  maxContains: (value) => `at most ${textOf(value)} of them`,
  minProperties: (value) => `at least ${counted(value, 'property')}`,
  maxProperties: (value) => (value === 0 ? 'empty' : `at most ${counted(value, 'property')}`),
  additionalProperties: otherMembers,
  unevaluatedProperties: otherMembers,
  unevaluatedItems: (value) => (value === false ? 'no further items' : undefined),
  items: (value) => (value === false ? 'no further items' : undefined),
  dependentRequired: (value) => (isObject(value) ? dependencies(value) : undefined),
  contentEncoding: (value) => ({ text: 'encoded as', code: textOf(value) }),
  contentMediaType: (value) => ({ text: 'holds', code: textOf(value) }),
  readOnly: (value) => (value === true ? 'read only' : undefined),
  writeOnly: (value) => (value === true ? 'write only' : undefined),
  deprecated: (value) => (value === true ? 'deprecated' : undefined),
}

function otherMembers(value: unknown): string | undefined {
  if (value === false) return 'no other properties'
  return value === true ? 'other properties allowed' : undefined
}

function dependencies(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map(([name, needs]) => `${name} needs ${Array.isArray(needs) ? needs.join(' and ') : textOf(needs)}`)
    .join('; ')
}

function counted(value: unknown, noun: string): string {
  return `${textOf(value)} ${value === 1 ? noun : plural(noun)}`
}

function plural(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`
}
