import type { Operation } from '../../openapi/api.ts'
import type { SchemaError } from '../../openapi/validator.ts'
import { tokensOf } from '../../openapi/pointer.ts'
import { parseCookies } from '../../openapi/cookies.ts'
import { decodeQuery, decodeSimple, type Parameter, parseQuery } from '../../openapi/parameter.ts'
import { located, type LocatedError, type QueryPair, type RequestHead, type Rules } from '../handlers/handler.ts'

interface DecodedParameters {
  readonly path: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly cookies: Readonly<Record<string, unknown>>
  readonly errors: readonly LocatedError[]
}

export type ParameterDecoder = (request: RequestHead, pathTexts: Readonly<Record<string, string>>) => DecodedParameters

const nothing: Readonly<Record<string, unknown>> = Object.freeze({})

/** OpenAPI 3.1, 4.8.12.1: parameters of these names are ignored, other parts of the document describe them. */
const describedElsewhere = new Set(['accept', 'content-type', 'authorization'])

/** Makes the function that decodes and judges all parameters of an operation. */
export function createParameterDecoder(
  operation: Operation,
  { normalizeQuery }: Pick<Rules, 'normalizeQuery'>,
  judgesPath = false,
): ParameterDecoder {
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = operation.parameters.filter(({ in: place }) => place === 'query' || place === 'querystring')
  const inCookies = operation.parameters.filter((parameter) => parameter.in === 'cookie')
  const inHeaders = operation.parameters.filter(
    (parameter) => parameter.in === 'header' && !describedElsewhere.has(parameter.name),
  )
  return (request, pathTexts) => {
    const errors: LocatedError[] = []
    const pairs = inQuery.length === 0 ? [] : queryPairs(operation, request, normalizeQuery)
    return {
      path: inPath.length === 0 ? nothing : decodePath(inPath, pathTexts, judgesPath ? errors : undefined),
      query: inQuery.length === 0 ? nothing : decodeQueries(inQuery, pairs, errors),
      headers: inHeaders.length === 0 ? nothing : decodeHeaders(inHeaders, request, errors),
      cookies:
        inCookies.length === 0 ? nothing : decodeQueries(inCookies, parseCookies(request.headers['cookie']), errors),
      errors,
    }
  }
}

/**
 * A path value that breaks its schema identifies nothing. Where nobody asks for the errors, it reaches the handler as it was
 * sent, which finds no such row.
 */
function decodePath(
  parameters: readonly Parameter[],
  texts: Readonly<Record<string, string>>,
  errors: LocatedError[] | undefined,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const parameter of parameters) {
    const text = texts[parameter.name] ?? ''
    const value = decodeSimple(parameter, text)
    const broken = parameter.validate(value)
    // `1.0` is a number like `1` and names no row that `1` does.
    const isOther = typeof value === 'number' && String(value) !== text
    values[parameter.name] = broken.length === 0 && !isOther ? value : text
    errors?.push(...broken.map((error) => located(error, 'path', parameter.name)))
  }
  return values
}

function queryPairs(
  operation: Operation,
  request: RequestHead,
  normalize: Rules['normalizeQuery'],
): readonly QueryPair[] {
  const mark = request.url.indexOf('?')
  const pairs = mark < 0 ? [] : parseQuery(request.url.slice(mark + 1))
  return normalize ? normalize(operation, pairs) : pairs
}

function decodeQueries(
  parameters: readonly Parameter[],
  pairs: readonly QueryPair[],
  errors: LocatedError[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const parameter of parameters) {
    const decoded = decodeQuery(parameter, pairs)
    if (decoded && 'malformed' in decoded) errors.push(parameterError(parameter, decoded.malformed))
    else validate(parameter, decoded?.value, values, errors)
  }
  return values
}

function decodeHeaders(
  parameters: readonly Parameter[],
  request: RequestHead,
  errors: LocatedError[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const parameter of parameters) {
    const sent = request.headers[parameter.name]
    const text = typeof sent === 'string' ? sent : sent?.join(', ')
    // Another header may stand in for a required one; what it says is for the handler to read.
    if (text === undefined && parameter.substitute !== undefined && request.headers[parameter.substitute] !== undefined)
      continue
    validate(parameter, text === undefined ? undefined : decodeSimple(parameter, text), values, errors)
  }
  return values
}

function validate(parameter: Parameter, value: unknown, values: Record<string, unknown>, errors: LocatedError[]): void {
  if (value === undefined) {
    if (parameter.required) errors.push(parameterError(parameter, { keyword: 'required', message: 'is required' }))
    return
  }
  values[parameter.name] = value
  for (const error of parameter.validate(value)) errors.push(located(error, parameter.in, nameIn(parameter, error.at)))
}

/** The part that is wrong, as a client writes it: `filter[price]`. */
function nameIn({ name, style }: Parameter, at: string): string {
  return style === 'deepObject' ? [name, ...tokensOf(at).map((token) => `[${token}]`)].join('') : name
}

function parameterError(parameter: Parameter, problem: Pick<SchemaError, 'keyword' | 'message'>): LocatedError {
  const { pointer, name } = parameter
  const at = problem.keyword === 'required' ? `${pointer}/required` : pointer
  return { ...problem, at: '', pointer: at, params: {}, in: parameter.in, name }
}
