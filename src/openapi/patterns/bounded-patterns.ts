import { createContext, Script } from 'node:vm'
import { patternCost } from './pattern-cost.ts'
import { programOf } from './pattern-program.ts'
import { matches } from './run-program.ts'

/** What a schema's `pattern` is asked for. */
export interface PatternTest {
  test(text: string): boolean
}

/** Makes tests of patterns that nobody has to wait for. */
export type BoundedPatterns = (pattern: string, flags: string) => PatternTest

export interface PatternLimits {
  /** Tests of so many steps, by an estimate, are left to JavaScript's own engine. */
  readonly freeSteps: number
  /** How many steps a test may take beyond that. */
  readonly steps: number
  /** How much CPU time a test may take whose steps nobody can count. */
  readonly testMs: number
  /** How much of it such tests may use up in a while; from then on they count as failed at once. */
  readonly budgetMs: number
}

const LIMITS: PatternLimits = { freeSteps: 1_000_000, steps: 20_000_000, testMs: 100, budgetMs: 1000 }
/** After so long the budget is full again. */
const WINDOW_MS = 10_000
/** How much longer than its CPU time a test may take on a busy machine. */
const MAX_WAIT = 64

/**
 * A document of a user may have a pattern that some text keeps an engine busy with for years. What could take long is matched all
 * ways at once, in steps that grow with the length of the text; a text that needs too many counts as one that does not match.
 * The answers are those of a plain `RegExp`, and no clock decides of them, unless a pattern refers back to its groups or is too large
 * to be written out as steps.
 */
export function createBoundedPatterns(limits: PatternLimits = LIMITS): BoundedPatterns {
  const stopwatch = createStopwatch(limits)
  return (pattern, flags) => {
    const expression = new RegExp(pattern, flags)
    const cost = patternCost(pattern)
    if (cost <= 1) return expression
    const stepsFor = ({ length }: string): number => (cost === Infinity ? 3 ** length : length ** cost)
    let counted: ((text: string) => boolean) | undefined
    return {
      test: (text) => {
        if (stepsFor(text) <= limits.freeSteps) return expression.test(text)
        counted ??= countedTest(expression, limits) ?? ((long) => stopwatch(expression, long))
        return counted(text)
      },
      // By its name Ajv tells one from another.
      toString: () => `${String(expression)} (bounded)`,
    } as PatternTest
  }
}

function countedTest({ source, flags }: RegExp, { steps }: PatternLimits): ((text: string) => boolean) | undefined {
  const program = programOf(source, flags)
  return program && ((text) => matches(program, text, steps))
}

/**
 * Runs a test that is stopped when its CPU time is over; on a busy machine it is given longer. What makes that possible is there
 * once the first one is run.
 */
function createStopwatch({ testMs, budgetMs }: PatternLimits): (expression: RegExp, text: string) => boolean {
  let context: { expression?: RegExp; text?: string } | undefined
  let script: Script | undefined
  let spentMs = 0
  let since = -Infinity
  const testWithin = (timeout: number): boolean | undefined => {
    try {
      return script?.runInContext(context as object, { timeout }) as boolean
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      return undefined
    }
  }
  return (expression, text) => {
    const begun = performance.now()
    if (begun - since > WINDOW_MS) [since, spentMs] = [begun, 0]
    if (spentMs >= budgetMs) return false
    script ??= new Script('expression.test(text)')
    context ??= createContext({}) as { expression?: RegExp; text?: string }
    Object.assign(context, { expression, text })
    for (let timeoutMs = testMs; timeoutMs <= testMs * MAX_WAIT; timeoutMs *= 2) {
      const before = process.cpuUsage()
      const answer = testWithin(timeoutMs)
      if (answer !== undefined) return answer
      const usedMs = cpuMsSince(before)
      spentMs += usedMs
      if (usedMs >= testMs) return false
    }
    return false
  }
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
