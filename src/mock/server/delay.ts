import type { ServerResponse } from 'node:http'
import { UnderstudyError } from '../../errors.ts'
import type { Session } from '../session/session.ts'

/** How long an answer takes, in milliseconds. */
export interface DelayRange {
  readonly min: number
  readonly max: number
}

const MAX_DELAY_MS = 3_600_000

/** Throws USAGE for a range that goes backwards or beyond an hour. */
export function checkDelay(range: DelayRange | undefined): void {
  if (!range) return
  const { min, max } = range
  if (Number.isSafeInteger(min) && Number.isSafeInteger(max) && min >= 0 && min <= max && max <= MAX_DELAY_MS) return
  throw new UnderstudyError(
    'USAGE',
    `must be milliseconds from least to most, such as 200..800, not ${min}..${max}`,
    '--delay',
  )
}

/** The next delay of a session: the same for the same seed and the same requests before. */
export function nextDelay({ min, max }: DelayRange, session: Session): number {
  return min + Math.round(session.world.chance('delay') * (max - min))
}

/** Waits, unless the client goes away: what waits must not keep a mock alive that is being closed. */
export function later(raw: ServerResponse, ms: number, act: () => void, giveUp?: () => void): void {
  const onClose = (): void => {
    clearTimeout(timer)
    giveUp?.()
  }
  const timer = setTimeout(() => {
    raw.off('close', onClose)
    act()
  }, ms)
  raw.once('close', onClose)
}
