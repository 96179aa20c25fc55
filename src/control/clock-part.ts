import { refuse, reply, type Result } from '../mock/handlers/handler.ts'
import { clockMisfit } from '../store/clock.ts'
import type { Session } from '../mock/session/session.ts'
import { badRequests, type ControlPart, dateTime, json, jsonBody, object, ref } from './part.ts'

const MAX_ADVANCE_MS = 100 * 365 * 24 * 3600 * 1000

/** The time of a session. */
export const clockPart: ControlPart = {
  tag: { name: 'clock', description: 'The time of a session' },
  paths: {
    '/__mock/clock': {
      get: {
        operationId: 'getClock',
        tags: ['clock'],
        summary: 'What time is it in this session?',
        responses: { '200': json('The time, and whether it stands still.', ref('Clock')) },
      },
      put: {
        operationId: 'putClock',
        tags: ['clock'],
        summary: 'Freeze the clock at a time, move it on, or let it run',
        requestBody: jsonBody(ref('ClockChange')),
        responses: { '200': json('The time after the change.', ref('Clock')), ...badRequests() },
      },
    },
  },
  schemas: {
    Clock: object({ now: dateTime, mode: { enum: ['real', 'frozen'] } }),
    ClockChange: {
      ...object(
        {
          now: { ...dateTime, description: 'Freezes the clock at this time.' },
          advanceMs: { type: 'integer', minimum: 0, maximum: MAX_ADVANCE_MS, description: 'Moves the time on.' },
          mode: { const: 'real', description: 'Lets the clock run with the machine’s.' },
        },
        [],
      ),
      minProperties: 1,
      maxProperties: 1,
    },
  },
  handlers: () => ({
    getClock: (_exchange, session) => clockReply(session),
    putClock: ({ body }, session) => {
      const { clock } = session.world
      const { now, advanceMs } = body as { now?: string; advanceMs?: number }
      const misfit = clockMisfit(now === undefined ? clock.now() + (advanceMs ?? 0) : Date.parse(now))
      if (misfit !== undefined) return refuse(400, misfit)
      if (now !== undefined) clock.set({ mode: 'frozen', nowMs: Date.parse(now) })
      else if (advanceMs === undefined) clock.set({ mode: 'real', offsetMs: 0 })
      else clock.advance(advanceMs)
      return clockReply(session)
    },
  }),
}

function clockReply({ world: { clock } }: Session): Result {
  return reply(200, { now: clock.iso(), mode: clock.setting.mode })
}
