/** A request as it goes over the wire, so that a mutator can spoil any part of it. */
export interface RawRequest {
  readonly method: string
  readonly target: string
  readonly version: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** What follows the head. */
  readonly body: Buffer
  /** The value of Content-Length; `undefined` for none. */
  readonly length: number | undefined
}

/** One character is one byte, as in the head of a request. */
export function bytesOf({ method, target, version, headers, body, length }: RawRequest): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  const lengthLine = length === undefined ? '' : `Content-Length: ${length}\r\n`
  return Buffer.concat([
    Buffer.from(`${method} ${target} ${version}\r\n${lines.join('')}${lengthLine}\r\n`, 'latin1'),
    body,
  ])
}

/** The request with another body, its length told truly. */
export function withBody(request: RawRequest, body: Buffer): RawRequest {
  return { ...request, body, length: body.length }
}
