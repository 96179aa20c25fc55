import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { encodeQuery } from '../../openapi/parameter.ts'
import { FORM, isJson } from '../../openapi/media-type.ts'
import { isObject, tokensOf } from '../../openapi/pointer.ts'
import type { JsonObject, Pointer } from '../../openapi/api.ts'
import type { OutgoingRequest } from '../transport/transport.ts'
import { resolveValue, textOf, type Message, type Scope } from './expression.ts'
import type { OperationStep, StepParameter } from './workflow.ts'

/** A step's request with every expression resolved, and the parts that later expressions can ask for. */
export interface StepRequest {
  readonly outgoing: OutgoingRequest
  readonly message: Message
}

/** Throws MissingValue when the step needs a value that no answer gave. */
export function requestOf(step: OperationStep, scope: Scope, folder: string): StepRequest {
  const parameters = step.parameters.map((parameter) => ({ ...parameter, value: resolveValue(parameter.value, scope) }))
  const at = (place: StepParameter['in']): typeof parameters => parameters.filter((parameter) => parameter.in === place)
  const headers = at('header').map(({ name, value }): [string, string] => [name, textOf(value)])
  const cookies = at('cookie').map(({ name, value }) => `${name}=${textOf(value)}`)
  if (cookies.length > 0) headers.push(['Cookie', cookies.join('; ')])
  const body = step.body === undefined ? undefined : bodyOf(step.body, scope, folder)
  if (body && !headers.some(([name]) => name.toLowerCase() === 'content-type'))
    headers.push(['Content-Type', body.contentType])
  const query = at('query')
    .flatMap((parameter) => queryPairs(step, parameter))
    .join('&')
  return {
    outgoing: {
      method: step.operation.method,
      path: fillPath(step.operation.path, at('path')) + (query === '' ? '' : `?${query}`),
      headers,
      ...(body && { body: body.bytes }),
    },
    message: {
      header: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      query: named(at('query')),
      path: named(at('path')),
      body: body?.value,
    },
  }
}

/** Puts values into a payload at JSON pointers; a place that the payload lacks stays as it is. */
function withReplacements(payload: unknown, replacements: readonly { target: Pointer; value: unknown }[]): unknown {
  return replacements.reduce((value, { target, value: put }) => replaceAt(value, tokensOf(target), put), payload)
}

function replaceAt(value: unknown, tokens: readonly string[], put: unknown): unknown {
  const [token, ...rest] = tokens
  if (token === undefined) return put
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === token ? replaceAt(item, rest, put) : item))
  }
  if (!isObject(value) || !Object.hasOwn(value, token)) return value
  return { ...value, [token]: replaceAt(value[token], rest, put) }
}

function named(parameters: readonly StepParameter[]): Record<string, unknown> {
  return Object.fromEntries(parameters.map(({ name, value }) => [name, value]))
}

function fillPath(template: string, parameters: readonly StepParameter[]): string {
  return template.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const parameter = parameters.find((each) => each.name === name)
    if (parameter === undefined) return whole
    const text = textOf(parameter.value)
    return parameter.encoded ? text : encodeURIComponent(text)
  })
}

function queryPairs(step: OperationStep, parameter: StepParameter): string[] {
  const declared = step.operation.parameters.find((each) => each.in === 'query' && each.name === parameter.name)
  const { name, value } = parameter
  const pairs = declared && typeof value === 'object' ? encodeQuery(declared, value) : [[name, textOf(value)] as const]
  return pairs.map(
    ([key, text]) =>
      `${encodeURIComponent(key)}=${parameter.allowReserved ? encodeReserved(text) : encodeURIComponent(text)}`,
  )
}

/** Percent-encodes all but the reserved and unreserved characters of RFC 3986. */
function encodeReserved(text: string): string {
  return encodeURI(text).replaceAll('%5B', '[').replaceAll('%5D', ']')
}

interface EncodedBody {
  readonly contentType: string
  readonly bytes: string | Uint8Array
  readonly value: unknown
}

function bodyOf(body: NonNullable<OperationStep['body']>, scope: Scope, folder: string): EncodedBody {
  const replacements = body.replacements.map(({ target, value }) => ({ target, value: resolveValue(value, scope) }))
  const value = withReplacements(resolveValue(body.payload, scope), replacements)
  const mediaType = body.contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (mediaType === 'multipart/form-data' && isObject(value)) return multipart(value, folder)
  if (mediaType === FORM && isObject(value)) {
    const pairs = Object.entries(value).map(([name, each]): [string, string] => [name, textOf(each)])
    return { contentType: body.contentType, bytes: new URLSearchParams(pairs).toString(), value }
  }
  return { contentType: body.contentType, bytes: isJson(mediaType) ? JSON.stringify(value) : textOf(value), value }
}

/** Fixed, so that two runs send the same bytes. */
const boundary = 'understudy-workflow-7d0c1f5b'

const fileForm = /^\$file\((['"]?)(.+)\1\)$/

/** One part a property: `$file(path)` sends a file beside the document, as Redocly's runner does; other texts are plain parts. */
function multipart(value: JsonObject, folder: string): EncodedBody {
  const parts = Object.entries(value).flatMap(([name, member]) => {
    const entries: readonly unknown[] = Array.isArray(member) ? member : [member]
    return entries.map((entry) => partOf(name, textOf(entry), folder))
  })
  const bytes = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes, value }
}

function partOf(name: string, text: string, folder: string): Buffer {
  const path = fileForm.exec(text)?.[2]
  const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`
  if (path === undefined) return Buffer.from(`${disposition}\r\n\r\n${text}\r\n`)
  const head = `${disposition}; filename="${basename(path)}"\r\nContent-Type: application/octet-stream\r\n\r\n`
  return Buffer.concat([Buffer.from(head), readFileSync(join(folder, path)), Buffer.from('\r\n')])
}
