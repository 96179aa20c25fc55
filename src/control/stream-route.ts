import { PassThrough } from 'node:stream'
import type { FastifyPluginCallback } from 'fastify'
import { toJson } from '../mock/engine/json.ts'
import { text } from '../mock/session/json-schema.ts'
import type { JournalEntry } from '../mock/session/journal-entry.ts'
import type { ControlOptions } from './control-options.ts'
import { problem, query } from './route-schema.ts'

/** What may wait for a client that does not read before it is cut off. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024

interface StreamQuery {
  readonly since?: number
  readonly limit?: number
}

/** The journal as it grows, by server-sent events. */
export const streamRoute: FastifyPluginCallback<ControlOptions> = (app, _options, done) => {
  const open = new Set<PassThrough>()
  app.addHook('preClose', (closed) => {
    for (const stream of open) stream.end()
    closed()
  })
  app.get<{ Querystring: StreamQuery }>(
    '/requests/stream',
    {
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamRequests',
        tags: ['evidence'],
        summary: 'Follow requests',
        description:
          'The journal as it grows: one server-sent event for each request of the session. Each event `request` carries an entry of the journal as its data and the entry’s id as its own; a client that comes back with `Last-Event-ID` gets what it has missed.',
        querystring: query({
          since: { type: 'integer', minimum: 0, description: 'Start after the entry with this id.' },
          limit: {
            type: 'integer',
            minimum: 0,
            examples: [0],
            description: 'How many events to send; without it the stream stays open.',
          },
        }),
        response: {
          200: { description: 'The events.', content: { 'text/event-stream': { schema: text } } },
          400: problem('A parameter is not valid.'),
        },
      },
    },
    ({ mockSession: { journal }, query: { since, limit = Number.POSITIVE_INFINITY }, headers }, reply) => {
      const stream = new PassThrough()
      let left = limit
      const tell = (entry: JournalEntry): void => {
        if (left-- > 0) stream.write(`id: ${entry.id}\nevent: request\ndata: ${toJson(entry)}\n\n`)
        if (stream.writableLength > MAX_WAITING_BYTES) stream.destroy()
        else if (left <= 0) stream.end()
      }
      const unlisten = journal.listen(tell)
      open.add(stream)
      stream.once('close', () => {
        unlisten()
        open.delete(stream)
      })
      // Something has to go out for the head to be sent, and a browser to know that it is connected.
      stream.write(': connected\n\n')
      const asked = Number(headers['last-event-id'] ?? since)
      const after = Number.isNaN(asked) ? Number.POSITIVE_INFINITY : asked
      for (const entry of journal.entries({}, { after })) tell(entry)
      if (left <= 0) stream.end()
      return reply.header('cache-control', 'no-store').type('text/event-stream').send(stream)
    },
  )
  done()
}
