import { expect, test } from 'vitest'
import type { Understudy } from '../../../src/library/in-process.ts'
import { notesOf, served } from './serve-text.ts'

/** The small inputs by their number in the list that they were collected in: one document each, and what the mock makes of it. */
export interface SmallInput {
  readonly title: string
  readonly document: string
  /** `method url [JSON body]`, and the status that it gets. */
  readonly asks?: Readonly<Record<string, number>>
  /** What the notes say, as far as they matter here; `[]` for none. */
  readonly notes?: readonly (string | RegExp)[]
  /** Looks further. */
  readonly check?: (mock: Understudy) => Promise<void>
}

export const ok = "{ '200': { description: ok } }"
export const openapi = (paths: string, rest = '', version = '3.0.3'): string =>
  `openapi: ${version}\ninfo: { title: t, version: '1' }\npaths: ${paths}\n${rest}\n`
export const swagger = (paths: string, rest = ''): string =>
  `swagger: '2.0'\ninfo: { title: t, version: '1' }\nconsumes: [application/json]\nproduces: [application/json]\npaths: ${paths}\n${rest}\n`
export const json = (schema: string, rest = ''): string =>
  `{ '200': { description: ok, content: { application/json: { schema: ${schema}${rest} } } } }`
export const get = (responses = ok, rest = ''): string => `{ get: { operationId: a, ${rest} responses: ${responses} } }`
export const post = (schema: string, rest = ''): string =>
  `{ post: { operationId: a, requestBody: { ${rest} content: { application/json: { schema: ${schema} } } }, responses: ${ok} } }`
export const withParameter = (path: string, parameter: string, version?: string): string =>
  openapi(`{ '${path}': ${get(ok, `parameters: [${parameter}],`)} }`, '', version)
export const answer = (mock: Understudy, url: string, headers: Record<string, string> = {}) => mock.inject({ method: 'GET', url, headers })

async function statusOf(mock: Understudy, ask: string): Promise<number> {
  const [method = '', url = '', ...rest] = ask.split(' ')
  const payload = rest.join(' ')
  const body = payload === '' ? {} : { payload, headers: { 'content-type': 'application/json' } }
  return (await mock.inject({ method: method as 'GET', url, ...body })).statusCode
}

/** A test for each, by its number and title: every request has its status, nothing breaks the document, and the notes say so. */
export function testInputs(all: Readonly<Record<number, SmallInput>>): void {
  const titled = Object.entries(all).map(([number, input]) => [`${number} ${input.title}`, input] as const)
  test.each(titled)('%s', async (_title, { document, asks = {}, notes, check }) => {
    await served(document, async (mock) => {
      const statuses = await Promise.all(Object.keys(asks).map(async (ask) => [ask, await statusOf(mock, ask)]))
      expect(Object.fromEntries(statuses)).toEqual(asks)
      await check?.(mock)
      expect(mock.violations()).toEqual([])
      const said = mock.apis.flatMap(notesOf)
      expect(notes?.length === 0 ? said : []).toEqual([])
      for (const note of notes ?? []) expect(said).toContainEqual(typeof note === 'string' ? note : expect.stringMatching(note))
    })
  })
}
