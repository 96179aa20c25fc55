import { maxHeaderSize, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type Answer, problemAnswer } from '../engine/engine.ts'
import type { RefusedBy } from '../handlers/handler.ts'
import type { Pipeline } from './pipeline.ts'

/** What Node's parser says of bytes that are no request. */
export type ParserError = Error & { readonly code?: string; readonly rawPacket?: unknown; readonly reason?: string }

/** Answers what Node could not read, on the connection itself. `error.code` tells why. */
export type BrokenRequestHandler = (error: ParserError, socket: Socket) => void

/**
 * Puts an answer on the wire for what never became a request. The answer of a complete request before it goes out first: it was
 * carried out, and its client must not take the 400 for its own.
 */
export function createBrokenRequestHandler(
  pipeline: Pipeline,
  answerTo: (error: ParserError) => Answer = brokenAnswer,
): BrokenRequestHandler {
  const ended = new WeakSet<Socket>()
  return (error, socket) => {
    if (ended.has(socket)) return
    ended.add(socket)
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
    const latest = pipeline.latest(socket)
    if (!latest) return end(socket, answerTo(error))
    const { request, response, bytesRead } = latest
    // A request that was refused before its body needs no second answer to it.
    if (!request.complete) return response.headersSent ? socket.destroySoon() : end(socket, answerTo(error))
    const isSamePacket = bytesRead === socket.bytesRead
    if (response.writableFinished) return end(socket, isSamePacket ? bytesAfterAnswer : answerTo(error))
    response.prependOnceListener('finish', () => end(socket, bytesAfterAnswer))
  }
}

/** The answer to bytes that are no request at all. */
export function brokenAnswer({ code }: ParserError): Answer {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return refusal('size', 431, `The request line and the headers take more than ${maxHeaderSize} bytes.`)
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusal('syntax', 408, 'The request took too long to arrive.')
    default:
      return refusal('syntax', 400, 'The request is not valid HTTP.')
  }
}

function refusal(by: RefusedBy, status: number, message: string): Answer {
  return problemAnswer({ kind: 'refusal', by, status, message })
}

const bytesAfterAnswer = refusal(
  'syntax',
  400,
  'There are bytes after the request: more than its Content-Length or its last chunk announced, and no other request.',
)

function end(socket: Socket, { status, headers, text = '' }: Answer): void {
  const wire = { ...headers, 'content-length': String(Buffer.byteLength(text)), connection: 'close' }
  const lines = Object.entries(wire).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n${lines.join('')}\r\n${text}`)
}
