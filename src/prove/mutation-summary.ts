import { html, join, type Html } from '../output/html.ts'
import type { MutationReport } from './prove-api.ts'
import type { Trial } from './trial.ts'

/** An expected check or another: either way somebody is told what is wrong. */
function isFound({ outcome }: Pick<Trial, 'outcome'>): boolean {
  return outcome === 'found' || outcome === 'unexpected'
}

/** Those that the suite did not find, or took for assumptions that need not be shared. */
function survivorsOf({ trials }: Pick<MutationReport, 'trials'>): Trial[] {
  return trials.filter((trial) => !isFound(trial))
}

/** 0 when every broken promise of the document is found, 1 when one of them survives. */
export function exitCodeOf(report: Pick<MutationReport, 'trials'>): 0 | 1 {
  return survivorsOf(report).some(({ tier }) => tier === 'documented') ? 1 : 0
}

interface Row {
  readonly name: string
  readonly documented: string
  readonly assumed: string
}

function rowsBy(trials: readonly Trial[], key: (trial: Trial) => string): Row[] {
  const names = [...new Set(trials.map(key))].toSorted()
  return names.map((name) =>
    rowOf(
      name,
      trials.filter((trial) => key(trial) === name),
    ),
  )
}

function rowOf(name: string, trials: readonly Trial[]): Row {
  const rate = (tier: Trial['tier']): string => {
    const those = trials.filter((each) => each.tier === tier)
    const found = those.filter(isFound).length
    return those.length === 0 ? '-' : `${found} of ${those.length} (${Math.floor((100 * found) / those.length)} %)`
  }
  return { name, documented: rate('documented'), assumed: rate('assumed') }
}

function operationOf({ operation }: Trial): string {
  return operation ?? '(any)'
}

function survivorText(trial: Trial): string {
  const why =
    trial.wrongs === 0
      ? ' (no case provokes it)'
      : trial.outcome === 'as-assumption'
        ? ' (taken for an assumption)'
        : ''
  return `${trial.tier.padEnd(10)} ${trial.id}${why}`
}

/** The mutation score for a terminal: by operator, by operation, and the survivors by name. */
export function mutationSummary(report: MutationReport): string {
  const { trials, cases, known, durationMs } = report
  const all = rowOf('all', trials)
  const survivors = survivorsOf(report)
  return [
    ...table(
      'Operator',
      rowsBy(trials, ({ operator }) => operator),
    ),
    '',
    ...table('Operation', [...rowsBy(trials, operationOf), all]),
    '',
    ...(survivors.length === 0 ? [] : ['Survivors:', ...survivors.map((each) => `  ${survivorText(each)}`), '']),
    ...(known.length === 0
      ? []
      : [`The server has ${known.length} findings without any defect; they were not counted.`]),
    `${report.api} at ${report.server ?? 'its mock'}: documented ${all.documented}, assumed ${all.assumed} of ${trials.length} seeded defects found by ${cases} cases in ${(durationMs / 1000).toFixed(1)} s`,
    '',
  ].join('\n')
}

function table(title: string, rows: readonly Row[]): string[] {
  const lines = [{ name: title, documented: 'documented', assumed: 'assumed' }, ...rows]
  const width = (key: keyof Row): number => Math.max(...lines.map((line) => line[key].length))
  const [name, documented] = [width('name'), width('documented')]
  return lines.map((line) => `${line.name.padEnd(name)}  ${line.documented.padEnd(documented)}  ${line.assumed}`)
}

/** The report as JSON (`--json FILE`): the totals, and every defect with what became of it. */
export function mutationJson(report: MutationReport): string {
  const of = (tier: Trial['tier']): object => {
    const those = report.trials.filter((each) => each.tier === tier)
    return { seeded: those.length, found: those.filter(isFound).length }
  }
  const { trials, ...rest } = report
  return `${JSON.stringify(
    {
      format: 'understudy-prove/1',
      ...rest,
      score: { documented: of('documented'), assumed: of('assumed') },
      survivors: survivorsOf(report).map(({ id }) => id),
      defects: trials,
    },
    null,
    2,
  )}\n`
}

/** The report as one page for a browser (`--html FILE`). */
export function mutationHtml(report: MutationReport): string {
  const all = rowOf('all', report.trials)
  const survivors = survivorsOf(report)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Mutation score of ${report.api}</title>
        <style>
          :root { color-scheme: light dark; }
          code, td, th { overflow-wrap: anywhere; }
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
          table { border-collapse: collapse; margin: 1rem 0; }
          th, td { text-align: left; padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid #8884; }
        </style>
      </head>
      <body><main>
        <h1>Mutation score of ${report.api}</h1>
        <p>Documented promises: <strong>${all.documented}</strong> of the seeded defects found; assumptions: ${all.assumed === '-' ? 'none' : all.assumed}.
          Server: ${report.server ?? 'the mock of the document'}; ${report.cases} cases in ${(report.durationMs / 1000).toFixed(1)} s.</p>
        ${survivors.length > 0 && html`<h2>Survivors</h2><ul>${survivors.map((each) => html`<li><code>${survivorText(each)}</code></li>`)}</ul>`}
        ${tableHtml(
          'Operator',
          rowsBy(report.trials, ({ operator }) => operator),
        )}
        ${tableHtml('Operation', rowsBy(report.trials, operationOf))}
      </main></body>
    </html> `.text
}

function tableHtml(title: string, rows: readonly Row[]): Html {
  return html`<h2>By ${title.toLowerCase()}</h2>
    <table>
      <thead><tr><th scope="col">${title}</th><th scope="col">Documented</th><th scope="col">Assumed</th></tr></thead>
      <tbody>${join(
        rows.map(
          (row) => html`<tr><th scope="row">${row.name}</th><td>${row.documented}</td><td>${row.assumed}</td></tr>`,
        ),
        html``,
      )}</tbody>
    </table>`
}
