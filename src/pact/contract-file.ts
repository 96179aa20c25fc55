import { readFileSync } from 'node:fs'
import { UnderstudyError } from '../errors.ts'
import { isObject } from '../openapi/pointer.ts'

/** A pact file as far as the kit reads it; everything else in it is kept as it is. */
export interface PactFile {
  readonly consumer: { readonly name: string }
  readonly provider: { readonly name: string }
  readonly interactions: readonly PactFileInteraction[]
}

export interface PactFileInteraction {
  readonly description: string
  readonly pending?: boolean
  readonly providerStates?: readonly { readonly name: string; readonly params?: Readonly<Record<string, unknown>> }[]
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers?: Readonly<Record<string, unknown>>
    readonly body?: unknown
  }
  readonly response: {
    readonly status: number
    readonly headers?: Readonly<Record<string, unknown>>
    readonly body?: unknown
  }
}

/** Reads a pact of any version. Throws PACT_INVALID when it is not one. */
export function readPact(file: string): PactFile {
  const pact = parse(file)
  if (!isObject(pact) || !isNamed(pact['consumer']) || !isNamed(pact['provider']))
    throw invalid(file, 'is not a pact: it needs a consumer and a provider with names')
  if (!Array.isArray(pact['interactions']))
    throw invalid(
      file,
      'is not a pact with interactions; message pacts have nothing that an OpenAPI document describes',
    )
  pact['interactions'].forEach((interaction: unknown, index) => {
    if (!isHttp(interaction))
      throw invalid(
        `${file}#/interactions/${index}`,
        'needs a description, a request with method and path, and a response with a status',
      )
  })
  return pact as unknown as PactFile
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw invalid(
      file,
      code === undefined
        ? `is not valid JSON: ${(error as Error).message}`
        : `cannot be read (${code}); "understudy pact generate" writes contracts`,
    )
  }
}

function isNamed(value: unknown): boolean {
  return isObject(value) && typeof value['name'] === 'string'
}

function isHttp(value: unknown): boolean {
  if (!isObject(value) || typeof value['description'] !== 'string') return false
  const { request, response } = value
  return (
    isObject(request) &&
    typeof request['method'] === 'string' &&
    typeof request['path'] === 'string' &&
    isObject(response)
  )
}

function invalid(where: string, reason: string): UnderstudyError {
  return new UnderstudyError('PACT_INVALID', reason, where)
}
