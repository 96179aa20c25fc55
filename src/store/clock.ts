import type { SessionClock } from './state.ts'

export type ClockSetting =
  | { readonly mode: 'real'; readonly offsetMs: number }
  | { readonly mode: 'frozen'; readonly nowMs: number }

/** The only place that asks the machine for the time. */
export class Clock implements SessionClock {
  #setting: ClockSetting

  constructor(setting: ClockSetting) {
    this.#setting = setting
  }

  get setting(): ClockSetting {
    return this.#setting
  }

  now(): number {
    return this.#setting.mode === 'frozen' ? this.#setting.nowMs : Date.now() + this.#setting.offsetMs
  }

  iso(): string {
    return new Date(this.now()).toISOString()
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
