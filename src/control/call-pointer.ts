import type { FastifyRequest } from 'fastify'
import type { Pointer } from '../openapi/api.ts'
import { pointerTo } from '../openapi/pointer.ts'

/** The path of a route as the document writes it, without what an app has mounted it below. */
export function templateOf(url: string): string {
  return url.slice(url.indexOf('/__mock')).replaceAll(/:(\w+)/g, '{$1}')
}

/** JSON pointer to a call in the document of the control plane; HEAD is what GET says. */
export function callPointer({ url, method }: { readonly url: string; readonly method: string }): Pointer {
  return pointerTo('/paths', templateOf(url), method === 'HEAD' ? 'get' : method.toLowerCase())
}

export function pointerOf({ routeOptions: { url = '' }, method }: FastifyRequest): Pointer {
  return callPointer({ url, method })
}

export function bodyPointer(request: FastifyRequest): Pointer {
  return pointerTo(pointerOf(request), 'requestBody')
}
