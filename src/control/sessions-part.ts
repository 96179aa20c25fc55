import { clockMisfit } from '../store/clock.ts'
import type { SessionSnapshot } from '../mock/session/session.ts'
import { type Exchange, refuse, reply, type Result } from '../mock/handlers/handler.ts'
import { exportSnapshot, importSnapshot, type SnapshotFile, snapshotSchema } from '../mock/session/snapshot-file.ts'
import { MAX_SNAPSHOTS, type Sessions } from '../mock/session/sessions.ts'
import { exampleNames } from './examples.ts'
import {
  badRequests,
  type ControlPart,
  dateTime,
  json,
  jsonBody,
  name,
  object,
  paging,
  pathParameter,
  problem,
  ref,
} from './part.ts'

/** Worlds of one's own, and moments to come back to. */
export const sessionsPart: ControlPart = {
  tag: { name: 'sessions', description: 'Worlds of one’s own, and moments to come back to' },
  paths: {
    '/__mock/sessions': {
      get: {
        operationId: 'listSessions',
        tags: ['sessions'],
        summary: 'The sessions that exist',
        parameters: paging,
        responses: {
          '200': json('Their ids, oldest first.', ref('Sessions')),
          '400': problem('The paging is not valid.'),
        },
      },
      post: {
        operationId: 'createSession',
        tags: ['sessions'],
        summary: 'Make a session: state, clock, ids, journal and faults of its own, in constant time',
        description: 'Send its requests with the header `x-mock-session: <id>`, or to the `baseUrl` that is answered.',
        requestBody: jsonBody(ref('NewSession'), false),
        responses: {
          '201': json('The session.', ref('Session')),
          ...badRequests(),
          '409': problem('The id is taken, or there are too many sessions.'),
        },
      },
    },
    '/__mock/sessions/{id}': {
      delete: {
        operationId: 'deleteSession',
        tags: ['sessions'],
        summary: 'End a session',
        parameters: [pathParameter('id', 'The id of the session.', exampleNames.session)],
        responses: {
          '204': { description: 'It is gone.' },
          '404': problem('There is no such session.'),
          '409': problem('The default session stays.'),
        },
      },
    },
    '/__mock/snapshots': {
      get: {
        operationId: 'listSnapshots',
        tags: ['sessions'],
        summary: 'The snapshots that exist',
        responses: { '200': json('Their names.', object({ snapshots: { type: 'array', items: { type: 'string' } } })) },
      },
    },
    '/__mock/snapshots/{name}': {
      parameters: [pathParameter('name', 'The name of the snapshot.', exampleNames.snapshot)],
      get: {
        operationId: 'getSnapshot',
        tags: ['sessions'],
        summary: 'A snapshot as a file: rows, ids, clock, faults',
        responses: { '200': json('What `PUT` takes.', ref('Snapshot')), '404': problem('There is no such snapshot.') },
      },
      put: {
        operationId: 'putSnapshot',
        tags: ['sessions'],
        summary: 'Bring a snapshot from a file; one whose rows do not fit the specs is refused whole',
        requestBody: jsonBody(ref('Snapshot')),
        responses: {
          '204': { description: 'It can be restored now.' },
          ...badRequests(),
          '409': problem('There are too many snapshots.'),
        },
      },
      post: {
        operationId: 'takeSnapshot',
        tags: ['sessions'],
        summary: 'Name this moment of the session',
        responses: {
          '201': json('The snapshot.', object({ name })),
          '400': problem('The name is not valid.'),
          '409': problem('There are too many snapshots.'),
        },
      },
      delete: {
        operationId: 'deleteSnapshot',
        tags: ['sessions'],
        summary: 'Forget a snapshot',
        responses: { '204': { description: 'It is gone.' }, '404': problem('There is no such snapshot.') },
      },
    },
    '/__mock/snapshots/{name}/restore': {
      post: {
        operationId: 'restoreSnapshot',
        tags: ['sessions'],
        summary: 'Bring the session back to a snapshot, of whichever session',
        parameters: [pathParameter('name', 'The name of the snapshot.', exampleNames.snapshot)],
        responses: {
          '204': { description: 'The session is at that moment.' },
          '404': problem('There is no such snapshot.'),
        },
      },
    },
  },
  schemas: {
    NewSession: object(
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
    Session: object({ id: name, baseUrl: { type: 'string' } }),
    Sessions: object({ sessions: { type: 'array', items: object({ id: name }) }, total: { type: 'integer' } }),
    Snapshot: snapshotSchema,
  },
  handlers: ({ engines, sessions }) => {
    const apis = engines.map(({ api }) => api)
    const named = (exchange: Exchange, use: (snapshot: SessionSnapshot) => Result): Result => {
      const snapshot = sessions.snapshots.get(String(exchange.path['name']))
      return snapshot ? use(snapshot) : refuse(404, `There is no snapshot ${JSON.stringify(exchange.path['name'])}.`)
    }
    return {
      listSessions: ({ query }) => {
        const ids = [...sessions.list()].map(({ id }) => ({ id }))
        const skip = Number(query['skip'] ?? 0)
        return reply(200, { sessions: ids.slice(skip, skip + Number(query['limit'] ?? 100)), total: ids.length })
      },
      createSession: (exchange) => createSession(sessions, exchange),
      deleteSession: ({ path }) => deleteSession(sessions, String(path['id'])),
      listSnapshots: () => reply(200, { snapshots: [...sessions.snapshots.keys()] }),
      getSnapshot: (exchange) => named(exchange, (snapshot) => reply(200, exportSnapshot(apis, sessions, snapshot))),
      putSnapshot: ({ body, path }) => {
        const imported = importSnapshot(apis, sessions, body as SnapshotFile)
        return 'misfit' in imported
          ? refuse(400, `${imported.misfit.pointer} ${imported.misfit.message}.`)
          : keep(sessions, String(path['name']), imported, () => reply(204))
      },
      takeSnapshot: ({ path }, session) => {
        const key = String(path['name'])
        return keep(sessions, key, session.snapshot(), () => reply(201, { name: key }))
      },
      deleteSnapshot: (exchange) =>
        named(exchange, () => {
          sessions.snapshots.delete(String(exchange.path['name']))
          return reply(204)
        }),
      restoreSnapshot: (exchange, session) =>
        named(exchange, (snapshot) => {
          session.restore(snapshot)
          return reply(204)
        }),
    }
  },
}

function createSession(sessions: Sessions, { body, request }: Exchange): Result {
  const { id, from = 'seed', seed, now } = (body ?? {}) as { id?: string; from?: string; seed?: number; now?: string }
  if (id !== undefined && sessions.get(id)) return refuse(409, `There is a session ${JSON.stringify(id)} already.`)
  const origin = originOf(sessions, from)
  if (!origin) return refuse(400, `There is no ${from.replace(':', ' ')} to start from.`)
  const nowMs = now === undefined ? undefined : Date.parse(now)
  const misfit = nowMs === undefined ? undefined : clockMisfit(nowMs)
  if (misfit !== undefined) return refuse(400, misfit)
  const session = sessions.create({
    from: origin,
    ...(id !== undefined && { id }),
    ...(seed !== undefined && { seed }),
    ...(nowMs !== undefined && { nowMs }),
  })
  if (!session) return refuse(409, `There are ${sessions.size} sessions already; end some first.`)
  const host = request.headers['host']
  return reply(201, {
    id: session.id,
    baseUrl: `http://${typeof host === 'string' ? host : 'localhost'}/~${session.id}`,
  })
}

function originOf(sessions: Sessions, from: string): SessionSnapshot | undefined {
  const [kind, key = ''] = from.split(':', 2)
  if (kind === 'seed') return sessions.seed
  return kind === 'session' ? sessions.get(key)?.snapshot() : sessions.snapshots.get(key)
}

function deleteSession(sessions: Sessions, id: string): Result {
  if (id === sessions.default.id)
    return refuse(409, 'The default session stays; POST /__mock/reset puts it back to its seed.')
  return sessions.delete(id) ? reply(204) : refuse(404, `There is no session ${JSON.stringify(id)}.`)
}

function keep(sessions: Sessions, key: string, snapshot: SessionSnapshot, done: () => Result): Result {
  if (!new RegExp(name.pattern).test(key))
    return refuse(400, 'A snapshot is named by up to 64 letters, digits, dots, dashes and underscores.')
  if (!sessions.snapshots.has(key) && sessions.snapshots.size >= MAX_SNAPSHOTS) {
    return refuse(409, `There are ${MAX_SNAPSHOTS} snapshots already; forget some first.`)
  }
  sessions.snapshots.set(key, snapshot)
  return done()
}
