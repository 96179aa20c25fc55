import { version } from '../../version.ts'
import type { Answer, Exchanged } from '../transport/transport.ts'
import { masked, type Secrets } from './curl.ts'

/** Keeps every exchange of a run for an HTTP archive (HAR 1.2, `--har FILE`). */
export interface HarRecorder {
  /** `startedMs`: since 1970. */
  record(exchanged: Exchanged, startedMs: number, durationMs: number): void
  /** The archive as JSON, in the order in which the answers came. */
  text(secrets: Secrets): string
}

const BODY_BYTES = 64 * 1024

export function createHarRecorder(): HarRecorder {
  const entries: object[] = []
  return {
    record: (exchanged, startedMs, durationMs) => void entries.push(entryOf(exchanged, startedMs, durationMs)),
    text: (secrets) => {
      const hide = (_: string, value: unknown): unknown => (typeof value === 'string' ? masked(value, secrets) : value)
      const log = { version: '1.2', creator: { name: 'understudy', version }, entries }
      return `${JSON.stringify({ log }, hide, 1)}\n`
    },
  }
}

function entryOf({ sent, outcome }: Exchanged, startedMs: number, durationMs: number): object {
  const time = Math.round(durationMs * 1000) / 1000
  const body = Buffer.from((sent.body ?? '') as string)
  const type = sent.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return {
    startedDateTime: new Date(startedMs).toISOString(),
    time,
    request: {
      method: sent.method,
      url: sent.url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: sent.headers.map(([name, value]) => ({ name, value })),
      queryString: [...new URL(sent.url).searchParams].map(([name, value]) => ({ name, value })),
      headersSize: -1,
      bodySize: body.length,
      ...(body.length > 0 && { postData: { mimeType: type, text: body.subarray(0, BODY_BYTES).toString('utf8') } }),
    },
    response: outcome.kind === 'answer' ? responseOf(outcome) : { ...responseOf(undefined), _error: outcome.message },
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
  }
}

/** Of no answer, what browsers write: the status 0. */
function responseOf(answer: Answer | undefined): object {
  const bytes = Buffer.from(answer?.body ?? '')
  const part = bytes.subarray(0, BODY_BYTES)
  const text = part.toString('utf8')
  const isText = !text.includes('\uFFFD')
  return {
    status: answer?.status ?? 0,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: Object.entries(answer?.headers ?? {}).map(([name, value]) => ({ name, value })),
    content: {
      size: bytes.length,
      mimeType: answer?.headers['content-type'] ?? '',
      ...(isText ? { text } : { text: part.toString('base64'), encoding: 'base64' }),
    },
    redirectURL: answer?.headers['location'] ?? '',
    headersSize: -1,
    bodySize: -1,
  }
}
