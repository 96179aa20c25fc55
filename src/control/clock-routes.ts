import type { FastifyPluginCallback } from 'fastify'
import { dateTime, object } from '../mock/session/json-schema.ts'
import type { Session } from '../mock/session/session.ts'
import type { ControlOptions } from './control-options.ts'
import { badRequests, json } from './route-schema.ts'

const MAX_ADVANCE_MS = 100 * 365 * 24 * 3600 * 1000

const clockSchema = object({ now: dateTime, mode: { enum: ['real', 'frozen'] } })

const changeSchema = {
  ...object(
    {
      now: { ...dateTime, description: 'Freezes the clock at this time.' },
      advanceMs: { type: 'integer', minimum: 0, maximum: MAX_ADVANCE_MS, description: 'Moves the time on.' },
      mode: { const: 'real', description: 'Lets the clock run with that of the machine.' },
    },
    [],
  ),
  minProperties: 1,
  maxProperties: 1,
  examples: [{ advanceMs: 60_000 }],
}

export const clockTag = { name: 'clock', description: 'The time of a session' }

/** The time of a session. */
export const clockRoutes: FastifyPluginCallback<ControlOptions> = (app, { control }, done) => {
  app.get(
    '/clock',
    {
      schema: {
        operationId: 'getClock',
        tags: ['clock'],
        summary: 'Read the clock',
        description: 'The time in this session, and whether it runs.',
        response: { 200: json('The time, and whether it stands still.', clockSchema) },
      },
    },
    ({ mockSession }) => clockOf(mockSession),
  )
  app.put<{ Body: { readonly now?: string; readonly advanceMs?: number } }>(
    '/clock',
    {
      schema: {
        operationId: 'putClock',
        tags: ['clock'],
        summary: 'Set the clock',
        description: 'Freeze the clock at a time, move it on, or let it run.',
        body: changeSchema,
        response: { 200: json('The time after the change.', clockSchema), ...badRequests },
      },
    },
    ({ mockSession, body: { now, advanceMs } }) => {
      if (now !== undefined) control.freeze(mockSession, Date.parse(now))
      else if (advanceMs === undefined) control.run(mockSession)
      else control.advance(mockSession, advanceMs)
      return clockOf(mockSession)
    },
  )
  done()
}

function clockOf({ world: { clock } }: Session): { readonly now: string; readonly mode: 'real' | 'frozen' } {
  return { now: clock.iso(), mode: clock.setting.mode }
}
