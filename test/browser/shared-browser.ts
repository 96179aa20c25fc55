import { type Browser, chromium } from 'playwright-core'
import { inject } from 'vitest'

/** The browser of the whole run; closing it closes what this connection has opened. */
export function sharedBrowser(): Promise<Browser> {
  return chromium.connect(inject('browser'))
}
