import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'

/** Calls nobody of its own accord; names of a hostile site, and one that was rebound, lead to this machine. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP *.example 127.0.0.1',
]

/** One browser for all files: each opens its own contexts in it. */
export default async function launchBrowser(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: flags,
  })
  project.provide('browser', server.wsEndpoint())
  return () => server.close()
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser listens. */
    browser: string
  }
}
