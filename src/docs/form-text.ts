import { isObject } from '../openapi/pointer.ts'

/** A body as it goes over the wire, with its content type. */
export interface BodyText {
  readonly contentType: string
  readonly text: string
}

/** Separates the parts of a form; no part of a sample has it. */
const BOUNDARY = 'understudy-form'

/** A value as the text of a media type: fields of a form, parts of an upload, or JSON; a string of any other type as it is. */
export function bodyText(value: unknown, contentType: string, schema: unknown): BodyText {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (isObject(value) && type === 'application/x-www-form-urlencoded') return { contentType, text: urlEncoded(value) }
  if (isObject(value) && type === 'multipart/form-data') return multipart(value, schema)
  const isText = typeof value === 'string' && !/\bjson\b/i.test(contentType)
  return { contentType, text: isText ? value : JSON.stringify(value, undefined, 2) }
}

function urlEncoded(fields: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, fieldText(each)]),
  )
  return String(new URLSearchParams(pairs))
}

/** RFC 7578: a part for each field, one for each item of an array, a file where the schema says binary. */
function multipart(fields: Readonly<Record<string, unknown>>, schema: unknown): BodyText {
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((each) => partText(name, each, isFile(schema, name))),
  )
  return {
    contentType: `multipart/form-data; boundary=${BOUNDARY}`,
    text: `${parts.map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join('')}--${BOUNDARY}--\r\n`,
  }
}

function partText(name: string, value: unknown, file: boolean): string {
  const disposition = `Content-Disposition: form-data; name="${name}"`
  return file
    ? `${disposition}; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n(the file)`
    : `${disposition}\r\n\r\n${fieldText(value)}`
}

function isFile(schema: unknown, name: string): boolean {
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {}
  const property = properties[name]
  const own = isObject(property) && isObject(property['items']) ? property['items'] : property
  if (!isObject(own)) return false
  return own['format'] === 'binary' || (typeof own['contentMediaType'] === 'string' && own['contentEncoding'] === undefined)
}

function fieldText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
