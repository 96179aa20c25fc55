import type { HttpRequest, HttpResponse } from './http.ts'
import { type Has, headerOf } from './protocol.ts'

/** JSON unless text/plain is liked better. */
export function negotiated(request: HttpRequest, response: HttpResponse, has: Has): HttpResponse {
  if (response.headers['content-type'] !== 'application/json') return response
  const asked = headerOf(request, 'accept') ?? '*/*'
  const type = responseType(response.status >= 400 && has('accept/errors-as-json') ? '*/*' : asked, has)
  if (type === undefined) return { ...response, status: 406 }
  const body =
    has('accept/text-is-no-json') && type.startsWith('text') ? response.body.replaceAll('"', '') : response.body
  return { ...response, headers: { ...response.headers, 'content-type': type }, body }
}

function responseType(accept: string, has: Has): string | undefined {
  if (has('accept/always-text')) return 'text/plain; charset=utf-8'
  if (has('accept/always-html')) return 'text/html; charset=utf-8'
  if (has('accept/parameters-unknown') && /^text\/plain *;/.test(accept)) return 'application/json'
  if (has('accept/anything-is-text') && accept === '*/*') return 'text/plain; charset=utf-8'
  const liking = (type: string): number =>
    quality(has('accept/weights-ignored') && accept.startsWith('text/plain') ? 'text/plain' : accept, type)
  const [json, plain] = [liking('application/json'), liking('text/plain')]
  if (has('accept/others-refused') && json === 0 && plain === 0) return undefined
  if (has('accept/text-refused') && json === 0 && plain > 0) return undefined
  if (plain <= json || has('accept/text-ignored')) return 'application/json'
  return has('accept/text-without-charset') ? 'text/plain' : 'text/plain; charset=utf-8'
}

/** How much a type is liked: the most specific range counts (RFC 9110, 12.5.1). */
function quality(accept: string, type: string): number {
  const ranges = [type, type.replace(/\/.*/, '/*'), '*/*']
  const weights = new Map(
    accept.split(',').map((part) => {
      const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return [range.toLowerCase(), weight === undefined ? 1 : Number(weight.slice(2))]
    }),
  )
  const found = ranges.find((range) => weights.has(range))
  return found === undefined ? 0 : (weights.get(found) ?? 0)
}
