import type { FastifyPluginCallback } from 'fastify'
import { name, object, ref } from '../mock/session/json-schema.ts'
import { type SnapshotFile, snapshotSchema } from '../mock/session/snapshot-file.ts'
import type { ControlOptions } from './control-options.ts'
import { badRequests, empty, exampleNames, json, pathParameter, problem } from './route-schema.ts'

const tags = ['sessions']
const params = pathParameter('name', 'The name of the snapshot.', exampleNames.snapshot)
const { $id: _id, ...fileSchema } = snapshotSchema

/** A snapshot with nothing in it, which fits whatever APIs are served. */
const emptyFile = {
  format: 'understudy-snapshot-1',
  seed: 1,
  clock: { mode: 'frozen', nowMs: Date.parse('2030-01-01T00:00:00Z') },
  ids: {},
  faults: { next: 1, faults: [] },
  rows: {},
}

interface Named {
  readonly Params: { readonly name: string }
}

/** Moments to come back to. */
export const snapshotsRoutes: FastifyPluginCallback<ControlOptions> = (app, { control }, done) => {
  app.get(
    '/snapshots',
    {
      schema: {
        operationId: 'listSnapshots',
        tags,
        summary: 'List snapshots',
        response: { 200: json('Their names.', object({ snapshots: { type: 'array', items: { type: 'string' } } })) },
      },
    },
    () => ({ snapshots: [...control.sessions.snapshots.keys()] }),
  )
  app.get<Named>(
    '/snapshots/:name',
    {
      schema: {
        operationId: 'getSnapshot',
        tags,
        summary: 'Export a snapshot',
        description: 'A snapshot as a file: rows, ids, clock, faults, overrides.',
        params,
        response: { 200: json('What `PUT` takes.', ref('Snapshot')), 404: problem('There is no such snapshot.') },
      },
    },
    ({ params: { name: key } }) => control.exportMoment(key),
  )
  app.put<Named & { Body: SnapshotFile }>(
    '/snapshots/:name',
    {
      schema: {
        operationId: 'putSnapshot',
        tags,
        summary: 'Import a snapshot',
        description: 'Adds a snapshot from a file. One whose rows do not match the specs is refused as a whole.',
        params,
        body: { ...fileSchema, examples: [emptyFile] },
        response: {
          204: empty('It can be restored now.'),
          ...badRequests,
          409: problem('There are too many snapshots.'),
        },
      },
    },
    ({ params: { name: key }, body }, reply) => {
      control.importMoment(key, body)
      return reply.code(204).send()
    },
  )
  app.post<Named>(
    '/snapshots/:name',
    {
      schema: {
        operationId: 'takeSnapshot',
        tags,
        summary: 'Take a snapshot',
        description: 'Saves the state of the session under a name.',
        params,
        response: {
          201: json('The snapshot.', object({ name })),
          400: problem('The name is not valid.'),
          409: problem('There are too many snapshots.'),
        },
      },
    },
    ({ mockSession, params: { name: key } }, reply) => {
      control.keepMoment(key, mockSession.snapshot())
      return reply.code(201).send({ name: key })
    },
  )
  app.delete<Named>(
    '/snapshots/:name',
    {
      schema: {
        operationId: 'deleteSnapshot',
        tags,
        summary: 'Delete a snapshot',
        params,
        response: { 204: empty('It is gone.'), 404: problem('There is no such snapshot.') },
      },
    },
    ({ params: { name: key } }, reply) => {
      control.forgetMoment(key)
      return reply.code(204).send()
    },
  )
  app.post<Named>(
    '/snapshots/:name/restore',
    {
      schema: {
        operationId: 'restoreSnapshot',
        tags,
        summary: 'Restore a snapshot',
        description: 'Puts the session back to a snapshot, whichever session it was taken in.',
        params,
        response: { 204: empty('The session is restored.'), 404: problem('There is no such snapshot.') },
      },
    },
    ({ mockSession, params: { name: key } }, reply) => {
      mockSession.restore(control.moment(key))
      return reply.code(204).send()
    },
  )
  done()
}
