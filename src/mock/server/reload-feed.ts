import type { ServerResponse } from 'node:http'

/** Tells open pages when what they show has changed: server-sent events with the number of the generation. */
export interface ReloadFeed {
  /** Answers a request with events until one of both sides ends it. */
  join(response: ServerResponse): void
  announce(): void
  close(): void
}

export function createReloadFeed(): ReloadFeed {
  const open = new Set<ServerResponse>()
  let generation = 1
  const tell = (response: ServerResponse): void => void response.write(`data: ${generation}\n\n`)
  return {
    join: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write('retry: 500\n')
      tell(response)
      open.add(response)
      response.on('close', () => open.delete(response))
    },
    announce: () => {
      generation++
      for (const response of open) tell(response)
    },
    close: () => {
      for (const response of open) response.end()
    },
  }
}
