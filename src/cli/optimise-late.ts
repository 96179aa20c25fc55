import { setFlagsFromString } from 'node:v8'

/** The first V8 with a fast middle tier (Maglev, Node 22): from there on waiting gains nothing. */
const WITH_MAGLEV = 12

/**
 * Lets V8 wait about fifteen times as long as usual before it optimises a function. A command of a few seconds that runs much
 * code a few hundred times spends a third of its CPU time on optimising what it hardly runs again (measured: 5.3 against 3.9 s).
 */
export function optimiseLate(): void {
  if (Number.parseInt(process.versions.v8, 10) < WITH_MAGLEV) setFlagsFromString('--interrupt-budget=1000000')
}
