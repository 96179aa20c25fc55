import type { Api, MediaTypeSpec } from '../../openapi/api.ts'
import { FORM, isJson, isXml } from '../../openapi/media-type.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import { toJson } from './json.ts'
import { toXml } from './xml.ts'

/** A body as bytes of its media type: JSON, XML, CSV, a form, a stream of items; a string is sent as it is. */
export function textFor(api: Api, mediaType: string, media: MediaTypeSpec | undefined, body: unknown): string {
  if (isJson(mediaType)) return toJson(body)
  if (typeof body === 'string') return body
  const [type = ''] = mediaType.split(';', 1)
  if (isXml(type)) return toXml(api.document, media && pointerTo(media.pointer, 'schema'), body)
  if (isStream(type)) return streamOf(type, Array.isArray(body) ? body : [body])
  if (type === 'text/csv') return csvOf(body)
  return type === FORM ? formOf(body) : toJson(body)
}

/** Media types that hold one value after another. */
function isStream(type: string): boolean {
  return /^(?:text\/event-stream|application\/(?:jsonl|x-ndjson|x-jsonlines|json-seq|json-lines|jsonlines|x-json-stream))$/.test(
    type,
  )
}

function streamOf(type: string, items: readonly unknown[]): string {
  if (type === 'text/event-stream') return items.map(eventOf).join('')
  // RFC 7464: each record begins with a record separator.
  const start = type === 'application/json-seq' ? '\u001E' : ''
  return items.map((item) => `${start}${toJson(item)}\n`).join('')
}

/** An item that looks like an event is one; anything else is the data of one. */
function eventOf(item: unknown): string {
  const event = isObject(item) && 'data' in item ? item : { data: item }
  const lines = Object.entries(event)
    .filter(([name, value]) => ['event', 'data', 'id', 'retry'].includes(name) && value !== undefined)
    .flatMap(([name, value]) => {
      const text = typeof value === 'string' ? value : toJson(value)
      return text.split('\n').map((line) => `${name}: ${line}\n`)
    })
  return `${lines.join('')}\n`
}

/** Rows as CSV (RFC 4180), with a header line of the names that any row has. */
export function csvOf(body: unknown): string {
  const list = Array.isArray(body) ? (body as unknown[]) : (listIn(body) ?? [body])
  const rows = list.map((row) => (isObject(row) ? row : { value: row }))
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))]
  return lines.map((line) => `${line.map(cellOf).join(',')}\r\n`).join('')
}

function listIn(body: unknown): unknown[] | undefined {
  return isObject(body)
    ? (Object.values(body).find((value) => Array.isArray(value)) as unknown[] | undefined)
    : undefined
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'object' ? toJson(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function formOf(body: unknown): string {
  const fields = Object.entries(isObject(body) ? body : {})
  const pairs = fields.flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, asText(each)]))
  return new URLSearchParams(pairs).toString()
}

function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? toJson(value) : String(value)
}
