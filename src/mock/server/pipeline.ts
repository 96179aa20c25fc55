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
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** How many bytes the connection had brought when the request was read. */
  readonly bytesRead: number
}

export function createPipeline(): Pipeline {
  const latest = new WeakMap<Socket, Latest>()
  return {
    enter: (request, response, next) => {
      // The streams of HTTP/2 share a socket and do not wait for each other. A request may call itself HTTP/2.0 and be none.
      if ('stream' in request) return next()
      const { socket } = request
      const before = latest.get(socket)?.response
      latest.set(socket, { request, response, bytesRead: socket.bytesRead })
      if (before === undefined || before === response || before.writableFinished || before.destroyed) next()
      else before.once('close', next)
    },
    latest: (socket) => latest.get(socket),
  }
}
