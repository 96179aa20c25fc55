import type { SessionClock } from './state.ts'

export type ClockSetting =
  | { readonly mode: 'real'; readonly offsetMs: number }
  | { readonly mode: 'frozen'; readonly nowMs: number }

/** From 0000-01-01 to 9999-12-31: the times that RFC 3339 can write. */
export const MIN_TIME_MS = Date.parse('0000-01-01T00:00:00.000Z')
export const MAX_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z')

/** Why a clock can't stand there, in a sentence; `undefined` if it can. */
export function clockMisfit(ms: number): string | undefined {
  if (Number.isNaN(ms)) return 'A clock knows no such time; leap seconds are not among those that it can show.'
  return ms < MIN_TIME_MS || ms > MAX_TIME_MS ? 'A clock shows the years 0000 to 9999 only.' : undefined
}

/**
 * An ISO date, or a date-time with its zone, in milliseconds; NaN for any other text, a 30 February and a time without a zone
 * among them: the latter is another moment on every machine.
 */
export function parseTime(text: string): number {
  const day = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/i.exec(text)?.[1]
  if (day === undefined || Number.isNaN(Date.parse(day))) return Number.NaN
  return new Date(day).toISOString().startsWith(day) ? Date.parse(text) : Number.NaN
}

/** The machine's clock, for what belongs to no session, such as the expiry of sessions themselves. */
export function machineNow(): number {
  return Date.now()
}

/** Milliseconds that only go on, for how long something took. */
export function machineTicks(): number {
  return performance.now()
}

/** The only place that asks the machine for the time. */
export class Clock implements SessionClock {
  #setting: ClockSetting
  #httpDate = ''
  #httpDateOf = Number.NaN
  #iso = ''
  #isoOf = Number.NaN

  constructor(setting: ClockSetting) {
    this.#setting = setting
  }

  get setting(): ClockSetting {
    return this.#setting
  }

  now(): number {
    return this.#setting.mode === 'frozen' ? this.#setting.nowMs : machineNow() + this.#setting.offsetMs
  }

  iso(): string {
    const now = this.now()
    if (now !== this.#isoOf) this.#iso = new Date(now).toISOString()
    this.#isoOf = now
    return this.#iso
  }

  /** RFC 9110's IMF-fixdate, for the header `Date`. */
  httpDate(): string {
    const now = this.now()
    if (now !== this.#httpDateOf) this.#httpDate = new Date(now).toUTCString()
    this.#httpDateOf = now
    return this.#httpDate
  }

  set(setting: ClockSetting): void {
    this.#setting = setting
  }

  /** Moves the time, whether it runs or stands still. */
  advance(ms: number): void {
    const { mode } = this.#setting
    this.#setting =
      mode === 'frozen' ? { mode, nowMs: this.#setting.nowMs + ms } : { mode, offsetMs: this.#setting.offsetMs + ms }
  }
}
