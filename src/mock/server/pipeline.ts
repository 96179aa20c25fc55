import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The requests of each connection, one after the other (RFC 9112, 9.3.2). */
export interface Pipeline {
  /**
   * Calls `next` once the answers to the requests before this one are out. A client that sends a thousand requests and reads no
   * answer would cost a thousand answers otherwise.
   */
  enter(request: IncomingMessage, response: ServerResponse, next: () => void): void
  /** The last request of a connection that reached us. */
  latest(socket: Socket): Latest | undefined
}

interface Latest {
  request: IncomingMessage
  response: ServerResponse
  /** How many bytes the connection had brought when the request was read. */
  bytesRead: number
}

/** On the socket itself: every request asks for it, and a weak map is several times as slow. */
interface KnownSocket extends Socket {
  [latest]?: Latest
}

const latest = Symbol('latest request')

export function createPipeline(): Pipeline {
  return {
    enter: (request, response, next) => {
      // The streams of HTTP/2 share a socket and do not wait for each other. A request may call itself HTTP/2.0 and be none.
      if ('stream' in request) return next()
      const before = takePlace(request.socket, request, response)
      if (before === undefined || before === response || before.writableFinished || before.destroyed) next()
      else before.once('close', next)
    },
    latest: (socket: KnownSocket) => socket[latest],
  }
}

/** Makes a request the last one of its connection, and returns the response to the one before it. */
function takePlace(
  socket: KnownSocket,
  request: IncomingMessage,
  response: ServerResponse,
): ServerResponse | undefined {
  const known = socket[latest]
  const { bytesRead } = socket
  if (known === undefined) {
    socket[latest] = { request, response, bytesRead }
    return undefined
  }
  const before = known.response
  known.request = request
  known.response = response
  known.bytesRead = bytesRead
  return before
}
