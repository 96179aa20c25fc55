import type { Tier } from '../../src/conform/check.ts'
import type { Hearing } from './alarms.ts'
import type { Part } from './part.ts'
import type { Trial } from '../../src/prove/trial.ts'

/** Everything that a run of `npm run prove` has found out. */
export interface Proof {
  readonly trials: Readonly<Record<Part, readonly Trial[]>>
  readonly hearings: readonly Hearing[]
  readonly durationMs: number
}

const TITLES: Readonly<Record<Part, string>> = {
  seeded: 'Faults seeded into the mock',
  independent: 'Mistakes in second implementations',
}

/** Whether every broken promise of the pages was found, as one, and no correct server was accused. */
export function isProven({ trials, hearings }: Proof): boolean {
  return (
    Object.values(trials)
      .flat()
      .every((trial) => trial.tier === 'assumed' || isFound(trial)) &&
    hearings.every(({ alarms }) => alarms.length === 0)
  )
}

/** An expected check or another: either way somebody is told what is wrong. */
export function isFound({ outcome }: Trial): boolean {
  return outcome === 'found' || outcome === 'unexpected'
}

/** The proof for a terminal. */
export function summaryOf(proof: Proof): string {
  const { trials, hearings, durationMs } = proof
  const lines = (Object.keys(TITLES) as Part[]).flatMap((part) =>
    trials[part].length === 0 ? [] : partLines(part, trials[part]),
  )
  const alarms = hearings.filter((each) => each.alarms.length > 0)
  const heard =
    hearings.length === 0 ? [] : [`Correct servers: ${hearings.length} runs, ${alarms.length} with false alarms`]
  const accused = alarms.flatMap(({ api, variant, alarms }) => [
    `  ${api}, ${variant}:`,
    ...alarms.map((each) => `    ${each}`),
  ])
  const verdict = isProven(proof)
    ? 'Every broken promise is found, and no correct server is accused.'
    : 'Not as it is to be.'
  return [...lines, ...heard, ...accused, '', `${verdict} ${(durationMs / 1000).toFixed(1)} s`, ''].join('\n')
}

function partLines(part: Part, trials: readonly Trial[]): string[] {
  const apis = [...new Set(trials.map(({ api }) => api))]
  const rows = [
    ...apis.map((api) => [api, trials.filter((each) => each.api === api)] as const),
    ['all', trials] as const,
  ]
  const named = (title: string, outcome: Trial['outcome'], line: (trial: Trial) => string): string[] => {
    const those = trials.filter((each) => each.outcome === outcome)
    return those.length === 0 ? [] : [`  ${title}`, ...those.map((each) => `    ${each.tier.padEnd(10)} ${line(each)}`)]
  }
  const raised = ({ raised }: Trial): string =>
    raised
      .map(({ check, caseId }) => `${check} by ${caseId}`)
      .slice(0, 2)
      .join(', ')
  return [
    TITLES[part],
    `  ${''.padEnd(16)}${'documented'.padEnd(24)}assumed`,
    ...rows.map(([name, some]) => `  ${name.padEnd(16)}${rate(some, 'documented').padEnd(24)}${rate(some, 'assumed')}`),
    ...named('Not found:', 'survived', (trial) => `${trial.id}${trial.wrongs === 0 ? ' (no case provokes it)' : ''}`),
    ...named('Taken for an assumption:', 'as-assumption', (trial) => `${trial.id}: ${raised(trial)}`),
    ...named('Found by another check than expected:', 'unexpected', (trial) => `${trial.id}: ${raised(trial)}`),
    '',
  ]
}

function rate(trials: readonly Trial[], tier: Tier): string {
  const those = trials.filter((each) => each.tier === tier)
  const found = those.filter(isFound).length
  if (those.length === 0) return '-'
  return `${found} of ${those.length} (${((100 * found) / those.length).toFixed(1)} %)`
}
