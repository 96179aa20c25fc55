import { createContext, Script } from 'node:vm'
import { patternCost } from './pattern-cost.ts'

/** What a schema's `pattern` is asked for. */
export interface PatternTest {
  test(text: string): boolean
}

/** Makes tests of patterns that nobody has to wait for. */
export type BoundedPatterns = (pattern: string, flags: string) => PatternTest

export interface PatternLimits {
  /** How long one test may take. */
  readonly testMs: number
  /** How much time tests that take that long may use up in a while; from then on they count as failed at once. */
  readonly budgetMs: number
  /** Tests of so many steps, by an estimate, are run as they are. */
  readonly freeSteps: number
}

const LIMITS: PatternLimits = { testMs: 100, budgetMs: 1000, freeSteps: 1_000_000 }
/** After so long the budget is full again. */
const WINDOW_MS = 10_000

/**
 * A document of a user may have a pattern that some text keeps an engine busy with for years. What could take long is stopped after
 * a moment, and the text then counts as one that does not match; all other tests are those of a plain `RegExp`.
 */
export function createBoundedPatterns(limits: PatternLimits = LIMITS): BoundedPatterns {
  const stopwatch = createStopwatch(limits)
  return (pattern, flags) => {
    const expression = new RegExp(pattern, flags)
    const cost = patternCost(pattern)
    if (cost <= 1) return expression
    const stepsFor = ({ length }: string): number => (cost === Infinity ? 3 ** length : length ** cost)
    return {
      test: (text) => (stepsFor(text) <= limits.freeSteps ? expression.test(text) : stopwatch(expression, text)),
      // By its name Ajv tells one from another.
      toString: () => `${String(expression)} (bounded)`,
    } as PatternTest
  }
}

/** Runs a test that is stopped when its time is over. What makes that possible is there once the first one is run. */
function createStopwatch({ testMs, budgetMs }: PatternLimits): (expression: RegExp, text: string) => boolean {
  let context: { expression?: RegExp; text?: string } | undefined
  let script: Script | undefined
  let spentMs = 0
  let since = -Infinity
  return (expression, text) => {
    const begun = performance.now()
    if (begun - since > WINDOW_MS) [since, spentMs] = [begun, 0]
    if (spentMs >= budgetMs) return false
    try {
      script ??= new Script('expression.test(text)')
      context ??= createContext({}) as { expression?: RegExp; text?: string }
      context.expression = expression
      context.text = text
      return script.runInContext(context, { timeout: testMs }) as boolean
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      spentMs += performance.now() - begun
      return false
    }
  }
}
