import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import { dateTime, name, object } from '../mock/session/json-schema.ts'
import { mountOf } from '../mock/session/session-prefix.ts'
import type { ControlOptions } from './control-options.ts'
import {
  badRequests,
  empty,
  exampleNames,
  json,
  type Paging,
  paging,
  pathParameter,
  problem,
  query,
} from './route-schema.ts'
import { snapshotsRoutes } from './snapshots-routes.ts'

export const sessionsTag = {
  name: 'sessions',
  description: 'Sessions with a state of their own, and snapshots of them',
}

const tags = ['sessions']

const newSessionSchema = {
  ...object(
    {
      id: name,
      from: {
        type: 'string',
        pattern: '^(seed|session:[A-Za-z0-9_.-]{1,64}|snapshot:[A-Za-z0-9_.-]{1,64})$',
        default: 'seed',
      },
      seed: { type: 'integer', minimum: 0 },
      now: dateTime,
    },
    [],
  ),
  examples: [{ id: exampleNames.session, now: '2030-01-01T00:00:00Z' }],
}

interface NewSession {
  readonly id?: string
  readonly from?: string
  readonly seed?: number
  readonly now?: string
}

/** Worlds of one's own, and moments to come back to. */
export const sessionsRoutes: FastifyPluginCallback<ControlOptions> = (app, options, done) => {
  const { control } = options
  app.get<{ Querystring: Paging }>(
    '/sessions',
    {
      schema: {
        operationId: 'listSessions',
        tags,
        summary: 'List sessions',
        querystring: query(paging),
        response: {
          200: json(
            'Their ids, oldest first.',
            object({ sessions: { type: 'array', items: object({ id: name }) }, total: { type: 'integer' } }),
          ),
          400: problem('The paging is not valid.'),
        },
      },
    },
    ({ query: { skip = 0, limit = 100 } }) => {
      const sessions = [...control.sessions.list()].map(({ id }) => ({ id }))
      return { sessions: sessions.slice(skip, skip + limit), total: sessions.length }
    },
  )
  app.post<{ Body: NewSession }>(
    '/sessions',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'createSession',
        tags,
        summary: 'Create a session',
        description:
          'A session has state, clock, ids, journal and faults of its own. Creating one takes constant time. Send its requests with the header `x-mock-session: <id>`, or to the `baseUrl` that is answered.',
        body: newSessionSchema,
        response: {
          201: json('The session.', object({ id: name, baseUrl: { type: 'string' } })),
          ...badRequests,
          409: problem('The id is taken, or there are too many sessions.'),
        },
      },
    },
    (request, reply) => {
      const { now, ...asked } = request.body
      const { id } = control.createSession({ ...asked, ...(now !== undefined && { nowMs: Date.parse(now) }) })
      return reply.code(201).send({ id, baseUrl: baseUrlOf(request, id) })
    },
  )
  app.delete<{ Params: { readonly id: string } }>(
    '/sessions/:id',
    {
      schema: {
        operationId: 'deleteSession',
        tags,
        summary: 'End a session',
        params: pathParameter('id', 'The id of the session.', exampleNames.session),
        response: {
          204: empty('It is gone.'),
          404: problem('There is no such session.'),
          409: problem('The default session stays.'),
        },
      },
    },
    ({ params }, reply) => {
      control.deleteSession(params.id)
      return reply.code(204).send()
    },
  )
  app.register(snapshotsRoutes, options)
  done()
}

function baseUrlOf({ protocol, headers, raw }: FastifyRequest, id: string): string {
  return `${protocol}://${headers.host ?? 'localhost'}${mountOf(raw)}/~${id}`
}
