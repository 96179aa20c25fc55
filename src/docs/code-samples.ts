import { createRequire } from 'node:module'
import type * as Httpsnippet from '@readme/httpsnippet'
import type { Operation } from '../openapi/api.ts'
import { firstScenario, scenariosOf } from '../openapi/scenario.ts'
import { BASE_URL } from './base-url.ts'
import { formPartsOf } from './client/form-parts.ts'
import { type RequestParts, urlOf } from './client/request.ts'
import type { DocumentedApi } from './documented-api.ts'
import { sampleLanguages } from './sample-languages.ts'
import { requestOf } from './scenario-request.ts'

/** Stands for the mock while a sample is made: the library wants a URL that can be parsed. */
const PLACEHOLDER = 'http://mock.invalid'

/** The first scenario's request in each language, by the language's name. */
export function codeSamples(docs: DocumentedApi, operation: Operation): Record<string, string> {
  const scenario = firstScenario(scenariosOf(docs.api, operation))
  if (!scenario) return {}
  // Loaded for the first reader who asks for another language than the shell.
  const { HTTPSnippet } = createRequire(import.meta.url)('@readme/httpsnippet') as typeof Httpsnippet
  const snippet = new HTTPSnippet(harOf(requestOf(docs, operation, scenario)))
  return Object.fromEntries(
    sampleLanguages.flatMap(({ name, target, client }) => {
      const [text] = snippet.convert(target, client)
      return typeof text !== 'string' ? [] : [[name, text.replaceAll(PLACEHOLDER, BASE_URL)] as const]
    }),
  )
}

function harOf(parts: RequestParts): Httpsnippet.HarRequest {
  const contentType = parts.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const form = formPartsOf(contentType, parts.body)
  // With a form, the client writes the boundary.
  const headers = parts.headers.filter(([name]) => !form || name.toLowerCase() !== 'content-type')
  return {
    method: parts.method,
    url: urlOf(PLACEHOLDER, parts),
    httpVersion: 'HTTP/1.1',
    headers: headers.map(([name, value]) => ({ name, value })),
    queryString: [],
    cookies: [],
    headersSize: -1,
    bodySize: -1,
    ...(parts.body !== undefined && {
      postData: form
        ? { mimeType: 'multipart/form-data', params: form.map(paramOf) }
        : { mimeType: contentType ?? '', text: parts.body },
    }),
  } as Httpsnippet.HarRequest
}

function paramOf({ name, fileName, type, text }: NonNullable<ReturnType<typeof formPartsOf>>[number]) {
  return fileName === undefined
    ? { name, value: text }
    : { name, fileName, ...(type !== undefined && { contentType: type }) }
}
