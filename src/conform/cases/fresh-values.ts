import type { Pointer } from '../../openapi/api.ts'
import { isJson } from '../../openapi/media-type.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import type { Case, RequestCase } from '../case.ts'
import { isFlow } from '../case.ts'
import type { Context } from '../context.ts'
import { headerOf } from '../transport/transport.ts'
import type { BaseRequest } from './body-cases.ts'
import { isForm, mediaOf } from './draft.ts'

/**
 * Gives each changed request a value of its own where a name may be taken once only: a server that takes one of them by
 * mistake would refuse all later ones because the name exists, and hide that it takes them, too. What a scenario sends is
 * left as the spec writes it, and so is a property that the case itself changes.
 */
export function withFreshValues(context: Context, bases: readonly BaseRequest[], cases: readonly Case[]): Case[] {
  const fresh = bases.flatMap((base) => freshProperties(context, base))
  if (fresh.length === 0) return [...cases]
  return cases.map((each) => (isFlow(each) || !isChanged(each) ? each : freshened(each, fresh, context.runSeed)))
}

interface FreshProperty {
  readonly name: string
  readonly value: string
}

/** Properties whose names say that they identify somebody or something, as far as another value keeps to the schema. */
export function freshProperties(context: Context, { draft }: BaseRequest): FreshProperty[] {
  const media = mediaOf(draft)
  const { body } = draft
  if (draft.method !== 'POST' || body.kind !== 'json' || !isObject(body.value) || !media?.schema) return []
  const schema = pointerTo(media.pointer, 'schema')
  const whole = body.value
  return Object.entries(whole).flatMap(([name, value]) => {
    if (typeof value !== 'string' || value === '' || !IDENTIFYING.test(name)) return []
    const other = { ...whole, [name]: unlike(value, SAMPLE_MARK) }
    return isValid(context, schema, whole) && isValid(context, schema, other) ? [{ name, value }] : []
  })
}

const IDENTIFYING = /^(?:(?:user|login|account|screen|nick)_?(?:name)?|e_?mail(?:_?address)?|slug|sku|handle)$/i
const SAMPLE_MARK = 'u0a1b2c3x1'

function isValid({ schemas }: Context, schema: Pointer, value: unknown): boolean {
  return schemas.validate(schema)(value).length === 0
}

/** Bodies of a certain size keep it. */
function isChanged({ checks, kind }: RequestCase): boolean {
  if (checks.includes('size-accepted')) return false
  return kind === 'boundary' || kind === 'mutation' || kind === 'protocol' || kind === 'security'
}

function freshened(testCase: RequestCase, properties: readonly FreshProperty[], seed: number): RequestCase {
  const { request } = testCase
  const type = headerOf(request, 'content-type') ?? 'application/json'
  if (typeof request.body !== 'string' || !(isJson(type) || isForm(type))) return testCase
  const mark = `u${hashOf(testCase.id)}x${seed}`
  const body = isForm(type)
    ? withFields(request.body, properties, mark)
    : properties.reduce(
        (text, { name, value }) =>
          text.replaceAll(memberText(name, value), () => memberText(name, unlike(value, mark))),
        request.body,
      )
  return body === request.body ? testCase : { ...testCase, request: { ...request, body } }
}

/** As `JSON.stringify` writes it: bodies that are no JSON any more, for lack of a brace, keep theirs. */
function memberText(name: string, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`
}

function withFields(text: string, properties: readonly FreshProperty[], mark: string): string {
  const field = (name: string, value: string): string => new URLSearchParams([[name, value]]).toString()
  const changed = new Map(properties.map(({ name, value }) => [field(name, value), field(name, unlike(value, mark))]))
  return text
    .split('&')
    .map((each) => changed.get(each) ?? each)
    .join('&')
}

/** Letters and digits only, before the `@` of an address. */
function unlike(value: string, mark: string): string {
  const at = value.indexOf('@')
  return at === -1 ? value + mark : value.slice(0, at) + mark + value.slice(at)
}

/** FNV-1a: the same case has the same value in every run with one seed. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0).toString(36)
}
