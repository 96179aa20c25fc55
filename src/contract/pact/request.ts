import { MatchersV3 as match } from '@pact-foundation/pact'
import type { MediaTypeSpec } from '../../spec/api.ts'
import { encodeQuery, encodeSimple, type Parameter } from '../../spec/parameter.ts'
import { isObject, pointerTo } from '../../spec/pointer.ts'
import type { Template } from './matchers.ts'
import type { NameOf } from './provided.ts'
import { invalid, type Scenario } from './scenario.ts'

type Text = string | match.ProviderStateInjectedValue<string>

/** A request as Pact writes it down: literal values, except where a provider state may provide another. */
export interface PactRequest {
  readonly method: string
  readonly path: Text
  readonly query: Readonly<Record<string, Text[]>>
  readonly headers: Readonly<Record<string, Text>>
  readonly body: PactBody
}

export type PactBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly contentType: string; readonly template: Template }
  | { readonly kind: 'text'; readonly contentType: string; readonly text: string }

export function requestOf(scenario: Scenario, nameOf: NameOf): PactRequest {
  const { operation } = scenario
  const sent = operation.parameters.flatMap((parameter): [Parameter, unknown][] => {
    const value = valueOf(scenario, parameter)
    return value === undefined ? [] : [[parameter, value]]
  })
  return {
    method: operation.method,
    path: pathOf(scenario, sent, nameOf),
    query: queryOf(sent, nameOf),
    headers: Object.fromEntries(
      sent.filter(([parameter]) => parameter.in === 'header').map(([{ name }, value]) => [name, injected(encodeSimple(value), nameOf(value))]),
    ),
    body: bodyOf(scenario, nameOf),
  }
}

/** Whether the body is to be sent as JSON but is none; such a request can't be put through the Pact verifier. */
export function isBrokenJson(scenario: Scenario): boolean {
  if (scenario.body.kind !== 'text' || !isJson(contentTypeOf(scenario))) return false
  try {
    return !(JSON.parse(scenario.body.text) instanceof Object)
  } catch {
    return true
  }
}

/**
 * What a scenario sends for a parameter: what it says itself, or the parameter's example of the scenario's name, or the
 * first one. An optional parameter that is our assumption is sent only where the scenario asks for it.
 */
function valueOf(scenario: Scenario, parameter: Parameter): unknown {
  const own = Object.entries(scenario.parameters).find(([name]) => name.toLowerCase() === parameter.name.toLowerCase())
  if (own) return own[1] ?? undefined
  if (!parameter.required && parameter.inferred !== undefined) return undefined
  const named = scenario.body.kind === 'example' ? parameter.examples[scenario.body.name] : undefined
  const example = named ?? Object.values(parameter.examples)[0]
  if (example === undefined && parameter.required) {
    throw invalid(scenario.api, scenario.pointer, `gives no value for the required parameter ${parameter.name}, which has no example`)
  }
  return example?.value
}

function pathOf(scenario: Scenario, sent: readonly [Parameter, unknown][], nameOf: NameOf): Text {
  let path = scenario.operation.path
  let expression = path
  for (const [{ name, in: place }, value] of sent) {
    if (place !== 'path') continue
    const text = encodeSimple(value)
    const encoded = encodeURIComponent(text)
    const provided = encoded === text ? nameOf(value) ?? nameOf(text) : undefined
    path = path.replace(`{${name}}`, () => encoded)
    expression = expression.replace(`{${name}}`, () => (provided === undefined ? encoded : `\${${provided}}`))
  }
  return expression === path ? path : match.fromProviderState(expression, path)
}

function queryOf(sent: readonly [Parameter, unknown][], nameOf: NameOf): Record<string, Text[]> {
  const query: Record<string, Text[]> = {}
  for (const [parameter, value] of sent) {
    if (parameter.in !== 'query') continue
    for (const [name, text] of encodeQuery(parameter, value)) {
      const own = typeof value === 'object' ? text : value
      query[name] = [...(query[name] ?? []), injected(text, nameOf(own))]
    }
  }
  return query
}

function bodyOf(scenario: Scenario, nameOf: NameOf): PactBody {
  const contentType = contentTypeOf(scenario)
  const { body } = scenario
  if (body.kind === 'none') return body
  const value = body.kind === 'example' ? exampleOf(scenario, body.name) : body.kind === 'json' ? body.value : JSON.parse(asJson(body.text, contentType))
  if (isJson(contentType)) return { kind: 'json', contentType, template: template(value, nameOf) }
  return { kind: 'text', contentType, text: body.kind === 'text' ? body.text : JSON.stringify(value) }
}

/** The text itself where it is JSON, and a JSON text of it otherwise. */
function asJson(text: string, contentType: string): string {
  return isJson(contentType) ? text : JSON.stringify(text)
}

function template(value: unknown, nameOf: NameOf): Template {
  if (Array.isArray(value)) return value.map((entry) => template(entry, nameOf))
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, template(entry, nameOf)]))
  const name = nameOf(value)
  return name === undefined ? value : match.fromProviderState(`\${${name}}`, value as string)
}

function injected(text: string, name: string | undefined): Text {
  return name === undefined ? text : match.fromProviderState(`\${${name}}`, text)
}

function contentTypeOf(scenario: Scenario): string {
  if (scenario.contentType !== undefined) return scenario.contentType
  const content = Object.entries(scenario.operation.requestBody?.content ?? {})
  const named = content.find(([, media]) => hasExample(scenario, media))
  return (named ?? content[0])?.[0] ?? 'application/json'
}

function exampleOf(scenario: Scenario, name: string): unknown {
  const media = Object.values(scenario.operation.requestBody?.content ?? {}).find((each) => hasExample(scenario, each))
  if (media === undefined) throw invalid(scenario.api, pointerTo(scenario.pointer, 'example'), `is no example of the request body: ${name}`)
  return media.examples[name]?.value
}

function hasExample(scenario: Scenario, media: MediaTypeSpec): boolean {
  return scenario.body.kind === 'example' && Object.hasOwn(media.examples, scenario.body.name)
}

export function isJson(contentType: string): boolean {
  return /^application\/(?:[^;]+\+)?json\b/i.test(contentType)
}
