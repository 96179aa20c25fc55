import type { IncomingMessage } from 'node:http'
import type { RequestHead } from '../handlers/handler.ts'
import { localUrlOf, sentUrlOf } from '../session/session-prefix.ts'

/** What every stage may know of a request, out of Node's. */
export function headOf(raw: IncomingMessage): RequestHead {
  return {
    method: raw.method ?? 'GET',
    url: sentUrlOf(raw),
    path: pathOf(localUrlOf(raw)),
    headers: raw.headers,
    rawHeaders: raw.rawHeaders,
  }
}

export function pathOf(url: string): string {
  const mark = url.indexOf('?')
  return mark < 0 ? url : url.slice(0, mark)
}
