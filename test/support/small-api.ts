import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { createUnderstudy, type Understudy, type UnderstudyOptions } from '../../src/index.ts'
import { folderWith } from './pets.ts'

/** A response with a JSON body. */
export const json = (schema: object, more: object = {}): object => ({
  description: 'As asked.',
  content: { 'application/json': { schema, ...more } },
})
export const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` })
export const inPath = (name: string, schema: object = { type: 'string' }, more: object = {}): object => ({
  name,
  in: 'path',
  required: true,
  schema,
  ...more,
})
export const inQuery = (name: string, schema: object, more: object = {}): object => ({
  name,
  in: 'query',
  schema,
  ...more,
})
/** A request body of JSON. */
export const sends = (schema: object, more: object = {}): object => ({
  required: true,
  content: { 'application/json': { schema, ...more } },
})

interface Started {
  readonly mock: Understudy
  readonly folder: string
}
const started: Started[] = []

/** Serves a document of these paths, without a socket; ended after the test, which must not have broken the document. */
export async function serve(
  paths: object,
  parts: object = {},
  options: Partial<UnderstudyOptions> = {},
): Promise<Understudy> {
  const document = { openapi: '3.1.0', info: { title: 'Small', version: '1' }, paths, ...parts }
  const folder = folderWith({ 'openapi/small.json': JSON.stringify(document) })
  const mock = await createUnderstudy({ openapi: join(folder, 'openapi'), listen: false, ...options })
  started.push({ mock, folder })
  return mock
}

/** Ends what `serve` started after each test of a file. */
export function endsAfterEach(): void {
  afterEach(async () => {
    const ended = started.splice(0)
    for (const { mock, folder } of ended) {
      const broken = mock.violations()
      await mock.close()
      rmSync(folder, { recursive: true })
      expect(broken).toEqual([])
    }
  })
}

export interface Sent {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** Parsed JSON; `undefined` for any other body. */
  readonly body: unknown
}

export async function send(
  mock: Understudy,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS',
  url: string,
  { payload, headers }: { readonly payload?: object | string; readonly headers?: Record<string, string> } = {},
): Promise<Sent> {
  const answer = await mock.inject({
    method,
    url,
    ...(headers && { headers }),
    ...(payload !== undefined && { payload }),
  })
  const isJson = /[/+]json\b/.test(String(answer.headers['content-type'])) && answer.body !== ''
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    body: isJson ? (JSON.parse(answer.body) as unknown) : undefined,
  }
}
