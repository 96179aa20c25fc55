import type { Edge, PatternProgram, Step } from './pattern-program.ts'

/** A text that is followed through a program, and how many steps that may still take. */
interface Run {
  readonly text: string
  stepsLeft: number
  /** What is known of each look by the place from which it looks. */
  readonly looks: Map<Step, Map<number, boolean>>
}

/** Where a text is looked at. */
interface Span {
  readonly from: number
  /** Whether what is looked for may begin later, too. */
  readonly isFloating: boolean
  /** Where it has to end; `undefined` for anywhere. */
  readonly end?: number
}

/**
 * Whether a pattern matches somewhere in a text. Takes at most `maxSteps` steps, beyond which it counts as one that does not: the
 * same answer on every machine, however busy it is.
 */
export function matches(program: PatternProgram, text: string, maxSteps: number): boolean {
  const run: Run = { text, stepsLeft: maxSteps, looks: new Map() }
  return follow(program, run, { from: 0, isFloating: true }) && run.stepsLeft > 0
}

function follow(program: PatternProgram, run: Run, { from, isFloating, end }: Span): boolean {
  const { text } = run
  const last = end ?? text.length
  const frontier = new Frontier(program, run)
  for (let at = from; run.stepsLeft > 0;) {
    if (isFloating || at === from) frontier.enter(program.start, at)
    if (frontier.hasMatched && (end === undefined || at === end)) return true
    if (at >= last || (frontier.isEmpty && !isFloating)) return false
    const character = program.isUnicode ? String.fromCodePoint(text.codePointAt(at) as number) : (text[at] as string)
    at += character.length
    frontier.read(character, at)
  }
  return false
}

type CharacterStep = Extract<Step, { kind: 'character' }>

/** The steps that a text has led to, all at one place of it. */
class Frontier {
  readonly #program: PatternProgram
  readonly #run: Run
  /** By step: the place at which it was reached last. */
  readonly #reached: Int32Array
  #waiting: CharacterStep[] = []
  hasMatched = false

  constructor(program: PatternProgram, run: Run) {
    this.#program = program
    this.#run = run
    this.#reached = new Int32Array(program.steps.length).fill(-1)
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Goes on from every step that takes the character, behind which `at` is. */
  read(character: string, at: number): void {
    const before = this.#waiting
    this.#waiting = []
    this.hasMatched = false
    this.#run.stepsLeft -= before.length
    for (const { accepts, next } of before) if (accepts(character)) this.enter(next, at)
  }

  /** Reaches a step, and all that follow it without a character. */
  enter(first: number, at: number): void {
    const open = [first]
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#reached[index] === at) continue
      this.#reached[index] = at
      this.#run.stepsLeft--
      const step = this.#program.steps[index] as Step
      switch (step.kind) {
        case 'character':
          this.#waiting.push(step)
          break
        case 'either':
          open.push(...step.ways)
          break
        case 'edge':
          if (isAtEdge(step.edge, this.#run.text, at)) open.push(step.next)
          break
        case 'look':
          if (seen(step, this.#run, at) !== step.isNegated) open.push(step.next)
          break
        case 'match':
          this.hasMatched = true
      }
    }
  }
}

function isAtEdge(edge: Edge, text: string, at: number): boolean {
  if (edge === 'start') return at === 0
  if (edge === 'end') return at === text.length
  return (isWord(text[at - 1]) !== isWord(text[at])) === (edge === 'word')
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character)
}

/** Whether what a look is for stands ahead of a place, or behind it. */
function seen(step: Extract<Step, { kind: 'look' }>, run: Run, at: number): boolean {
  const known = run.looks.get(step) ?? new Map<number, boolean>()
  run.looks.set(step, known)
  let answer = known.get(at)
  if (answer === undefined) {
    const span = step.isAhead ? { from: at, isFloating: false } : { from: 0, isFloating: true, end: at }
    known.set(at, (answer = follow(step.program, run, span)))
  }
  return answer
}
