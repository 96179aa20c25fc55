import type { Progress } from '../conform/run/api-under-test.ts'

/** The first signal ends the run in order, the second one at once. */
export function heedSignals(stream: NodeJS.WriteStream): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED)
    stream.write('\nInterrupted: no further cases, cleaning up. Press Ctrl-C again to stop at once.\n')
    controller.abort()
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  return {
    signal: controller.signal,
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, interrupt)
    },
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** As shells have it for Ctrl-C: 128 and the number of the signal. */
const INTERRUPTED = 130

/** One line that renews itself on a terminal; elsewhere a line for each API. */
export function progressOn(stream: NodeJS.WriteStream): (progress: Progress) => void {
  let shown = 0
  return ({ api, done, total, failed }) => {
    const line = `${api}: ${done} of ${total} cases, ${failed} differ`
    if (!stream.isTTY) {
      if (done === total) stream.write(`${line}\n`)
      return
    }
    if (done !== total && performance.now() - shown < 100) return
    shown = performance.now()
    stream.write(`\r\u001B[2K${line}${done === total ? '\n' : ''}`)
  }
}
