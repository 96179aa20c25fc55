import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { FastifyServerFactory } from 'fastify'
import type { Certificate } from './certificate.ts'

type Handler = Parameters<FastifyServerFactory>[0]

/** One listening server whose requests go to the Fastify that was connected last, so that a mock can be replaced while it serves. */
export interface Switchboard {
  /** For each Fastify in turn: the first one gets the server that listens, the others get one that never does. */
  readonly serverFactory: FastifyServerFactory
  /** Lets the Fastify that was made last answer from now on; it must be ready. */
  connect(): void
}

export function createSwitchboard(certificate: Certificate | undefined): Switchboard {
  let made: Handler | undefined
  let current: Handler | undefined
  let listening: Server | undefined
  const answer = (request: IncomingMessage, response: ServerResponse): void => current?.(request, response)
  return {
    serverFactory: (handler) => {
      made = handler
      if (listening) return createServer()
      current = handler
      return (listening = serverOf(answer, certificate))
    },
    connect: () => {
      current = made
    },
  }
}

function serverOf(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  certificate?: Certificate,
): Server {
  if (!certificate) return createServer(answer)
  const { cert, key } = certificate
  // Requests and replies of `node:http2` look the same to all that we do with them.
  return createSecureServer({ cert, key, allowHTTP1: true }, answer as never) as unknown as Server
}
