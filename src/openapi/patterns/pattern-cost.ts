import { type Group, parsePattern, type Sequence, type Term } from './pattern-syntax.ts'

/**
 * How the time that a pattern may take grows with the text: a power of its length, or `Infinity` where each further character may
 * double it. Never too low for what backtracking engines do, now and then too high.
 */
export function patternCost(pattern: string): number {
  const whole = parsePattern(pattern)
  // From every character on, where the pattern does not say that it begins with the first one.
  return costOfGroup(whole) + (pattern.startsWith('^') && whole.alternatives.length === 1 ? 0 : 1)
}

/** As often as this, a repetition is as good as endless. */
const MANY = 10

function costOfGroup({ alternatives }: Group): number {
  return Math.max(0, ...alternatives.map(costOf))
}

function costOf(sequence: Sequence): number {
  return sequence.reduce((sum, term) => sum + costOfTerm(term), 0)
}

function costOfTerm({ atom, least, most }: Term): number {
  const inner = typeof atom === 'string' ? 0 : costOfGroup(atom)
  if (most <= 1) return inner
  const isOpen = most > MANY && most !== least
  if (typeof atom === 'string') return isOpen ? 1 : 0
  if (isClear(atom)) return Math.max(1, inner)
  return most > MANY ? Infinity : inner * most + 1
}

/**
 * Whether a text can be taken apart into repetitions of a group in one way only: each begins with a character that nothing
 * within it takes, or each has the same form throughout.
 */
function isClear({ alternatives }: Group): boolean {
  const firsts = alternatives.map(([first]) => (first && isOnce(first) && typeof first.atom === 'string' ? first.atom : undefined))
  if (alternatives.length === 1) {
    const [sequence = []] = alternatives
    if (sequence.every((term) => typeof term.atom === 'string' && term.least === term.most)) return true
  }
  return (
    firsts.every((first) => first !== undefined && isCharacter(first)) &&
    new Set(firsts).size === firsts.length &&
    alternatives.every((sequence) => sequence.slice(1).every((term) => firsts.every((first) => !mayTake(term, first ?? ''))))
  )
}

function isOnce({ least, most }: Term): boolean {
  return least === 1 && most === 1
}

/** A character that stands for itself. */
function isCharacter(atom: string): boolean {
  return /^[^\\.[^$]$|^\\[^\w]$/u.test(atom)
}

/** Whether a term within a group may take its separator. A group in the group is not looked into. */
function mayTake({ atom }: Term, separator: string): boolean {
  if (typeof atom !== 'string') return true
  try {
    return new RegExp(`^(?:${atom})$`, 'u').test(separator.replace(/^\\/, ''))
  } catch {
    return true
  }
}
