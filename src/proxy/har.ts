import { readFileSync } from 'node:fs'
import { UnderstudyError } from '../errors.ts'
import type { RequestHead } from '../mock/handlers/handler.ts'
import type { Redactor } from '../mock/session/redact.ts'
import { jsonOrText } from '../mock/session/journal.ts'
import { isObject } from '../openapi/pointer.ts'
import { machineNow, machineTicks } from '../store/clock.ts'
import { version } from '../version.ts'
import { writeFileWhole } from '../output/write-file.ts'
import type { Forwarded } from './forward.ts'
import { unpack } from './validate.ts'

/** HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec), as browsers and their tools write and read it. */
export interface HarLog {
  /** Begins an entry; the returned function ends it with what came. */
  begin(line: RequestHead): (forwarded: Forwarded) => void
  /** Throws USAGE for a file that can't be written. */
  write(file: string): void
}

/** What goes by for hours must not fill the memory: the latest count. */
const MAX_ENTRIES = 10_000

/** Secrets are masked as in the journal. `origin` is that of the real server. */
export function createHarLog(redact: Redactor, origin: string): HarLog {
  const entries: object[] = []
  return {
    begin: (line) => {
      const startedDateTime = new Date(machineNow()).toISOString()
      const startedMs = machineTicks()
      return (forwarded) => {
        const time = Math.round((machineTicks() - startedMs) * 1000) / 1000
        entries.push({ startedDateTime, time, ...entryOf(redact, origin, line, forwarded, time) })
        if (entries.length > MAX_ENTRIES) entries.shift()
      }
    },
    write: (file) => {
      const log = { version: '1.2', creator: { name: 'Understudy', version }, entries }
      writeFileWhole(file, `${JSON.stringify({ log }, undefined, 2)}\n`)
    },
  }
}

function entryOf(
  redact: Redactor,
  origin: string,
  line: RequestHead,
  { requestBody, answer }: Forwarded,
  wait: number,
): object {
  const { path } = line
  const query = line.url.slice(path.length + 1)
  const shownQuery = query === '' ? '' : redact.query(query)
  const body =
    requestBody === undefined || requestBody.length === 0 ? undefined : shown(redact, requestBody.toString('utf8'))
  const unpacked = unpack(answer)
  const text = unpacked && 'text' in unpacked ? shown(redact, unpacked.text) : undefined
  return {
    request: {
      method: line.method,
      url: origin + path + (shownQuery === '' ? '' : `?${shownQuery}`),
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairs(redact.headers(line.headers)),
      queryString: [...new URLSearchParams(shownQuery)].map(([name, value]) => ({ name, value })),
      ...(body !== undefined && { postData: { mimeType: String(line.headers['content-type'] ?? ''), text: body } }),
      headersSize: -1,
      bodySize: requestBody?.length ?? 0,
    },
    response: {
      status: answer.status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairs(redact.headers(answer.headers)),
      content: {
        size: text === undefined ? 0 : Buffer.byteLength(text),
        mimeType: answer.headers['content-type'] ?? '',
        ...(text !== undefined && { text }),
      },
      redirectURL: answer.headers['location'] ?? '',
      headersSize: -1,
      bodySize: answer.body?.length ?? -1,
    },
    cache: {},
    timings: { send: 0, wait, receive: 0 },
  }
}

function shown(redact: Redactor, text: string): string {
  const value = jsonOrText(text)
  return typeof value === 'string' ? redact.text(value) : JSON.stringify(redact.json(value))
}

function pairs(headers: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }))
}

/** An exchange of an archive, as a proxy would have seen it. */
export interface HarExchange {
  readonly line: RequestHead
  readonly forwarded: Forwarded
}

/** Reads an archive of whatever tool. Throws USAGE for a file that is none, with the place of the entry. */
export function readHar(file: string): HarExchange[] {
  const archive = parsed(file)
  const log = isObject(archive) ? archive['log'] : undefined
  const entries = isObject(log) ? log['entries'] : undefined
  if (!Array.isArray(entries)) throw new UnderstudyError('USAGE', 'is not an HTTP Archive: it needs log.entries', file)
  return entries.flatMap((entry: unknown, index) => {
    const exchange = exchangeOf(entry)
    if (exchange) return [exchange]
    throw new UnderstudyError(
      'USAGE',
      'is not an entry of an HTTP Archive: it needs request and response',
      `${file}#/log/entries/${index}`,
    )
  })
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UnderstudyError(
      'USAGE',
      code === undefined ? `is not JSON: ${message}` : `cannot be read (${code})`,
      file,
    )
  }
}

function exchangeOf(entry: unknown): HarExchange | undefined {
  const { request, response } = isObject(entry) ? entry : {}
  if (!isObject(request) || !isObject(response)) return undefined
  const { method, url, postData } = request
  const { status, content } = response
  if (typeof method !== 'string' || typeof status !== 'number' || typeof url !== 'string' || !URL.canParse(url))
    return undefined
  const { pathname, search } = new URL(url)
  const headers = headersOf(request['headers'])
  const body = isObject(postData) && typeof postData['text'] === 'string' ? postData['text'] : undefined
  return {
    line: { method, url: pathname + search, path: pathname, headers, rawHeaders: Object.entries(headers).flat() },
    forwarded: {
      requestBody: body === undefined ? undefined : Buffer.from(body),
      answer: { status, headers: withoutEncoding(headersOf(response['headers'])), body: contentBytes(content) },
      end: status === 0 ? 'none' : 'whole',
      repeats: 0,
    },
  }
}

/** HTTP/2 writes `:method` and its like among the headers. */
function headersOf(list: unknown): Record<string, string> {
  const known: unknown[] = Array.isArray(list) ? list : []
  return Object.fromEntries(
    known.flatMap((header) => {
      const { name, value } = isObject(header) ? header : {}
      return typeof name === 'string' && typeof value === 'string' && !name.startsWith(':')
        ? [[name.toLowerCase(), value]]
        : []
    }),
  )
}

/** Archives keep bodies unpacked. */
function withoutEncoding(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-encoding'))
}

function contentBytes(content: unknown): Buffer | undefined {
  const { text, encoding } = isObject(content) ? content : {}
  if (typeof text !== 'string') return Buffer.alloc(0)
  return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8')
}
