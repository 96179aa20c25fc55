import type { SessionClock } from './state.ts'

export type ClockSetting =
  | { readonly mode: 'real'; readonly offsetMs: number }
  | { readonly mode: 'frozen'; readonly nowMs: number }

/** The machine's clock, for what belongs to no session, such as the expiry of sessions themselves. */
export function machineNow(): number {
  return Date.now()
}

/** The only place that asks the machine for the time. */
export class Clock implements SessionClock {
  #setting: ClockSetting
  #httpDate = ''
  #httpDateOf = Number.NaN

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
    return new Date(this.now()).toISOString()
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
      mode === 'frozen'
        ? { mode, nowMs: this.#setting.nowMs + ms }
        : { mode, offsetMs: this.#setting.offsetMs + ms }
  }
}
