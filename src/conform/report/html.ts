import { createHash } from 'node:crypto'
import { html, Html, join } from '../../output/html.ts'
import type { Api } from '../../openapi/api.ts'
import { masked, type Secrets } from './curl.ts'
import { checks } from '../check.ts'
import type { CheckCount, OperationCount, Report } from './report.ts'
import { exitCodeOf } from './exit-code.ts'
import { entriesOf, entryCards, kinds, type Entry } from './html-entries.ts'
import { readReportAssets } from './html-assets.ts'

/**
 * The report as one page that asks for nothing from outside: it can be mailed, archived and opened without a network. Reading
 * works without JavaScript; filtering and copying need it. What the server sent is text and never markup, and a policy of the
 * page itself lets no other script run.
 */
export function reportHtml(report: Report, apis: readonly Api[], secrets: Secrets = {}): string {
  const { styles, script } = readReportAssets()
  const entries = entriesOf(report, apis, (text) => masked(text, secrets))
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src '${hashOf(styles)}'; script-src '${hashOf(script)}'; img-src data:; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Conformance of ${report.apis.join(', ')}</title>
        <link rel="icon" href="data:," />
        ${new Html(`<style>${styles}</style>`)}
      </head>
      <body>
        ${header(report, masked(report.target, secrets))}
        <main>
          ${tiles(report)} ${findings(report, entries)} ${operations(report.operations)} ${checkTable(report.checks)}
        </main>
        <footer>
          <p>
            A baseline file that lists the key of a finding, as the JSON report has it, with a day and a reason, silences
            it until then. An
            <em>assumption</em> rests on a part of the spec that the vendor’s page does not state: it counts as a
            failure only with <code>--strict</code>.
          </p>
        </footer>
        ${new Html(`<script>${script}</script>`)}
      </body>
    </html> `
  return page.text
}

/** The policy names style and script by the hash of every character in them. */
function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`
}

function header(report: Report, target: string): Html {
  const good = exitCodeOf(report) === 0
  const broken = report.failures.length + (report.strict ? report.assumptions.length : 0)
  const verdict = good ? 'Every documented promise is kept' : `${count(broken, 'promise')} broken`
  return html`<header class="top">
    <p class="eyebrow">Understudy conformance report</p>
    <h1>
      ${join(
        report.apis.map((api) => html`<span>${api}</span>`),
        html`<span class="sep">, </span>`,
      )}
    </h1>
    <p class="verdict ${good ? 'good' : 'bad'}">
      <span class="dot" aria-hidden="true"></span>${verdict}${report.strict && html` <small>strict</small>`}
    </p>
    <dl class="facts">
      <div>
        <dt>Target</dt>
        <dd><code>${target}</code></dd>
      </div>
      <div>
        <dt>Requests</dt>
        <dd>${number(report.totals.requests)} in ${seconds(report.durationMs)}</dd>
      </div>
      <div>
        <dt>Seed</dt>
        <dd>${report.seed}</dd>
      </div>
    </dl>
  </header>`
}

function tiles({ totals }: Report): Html {
  const tile = (label: string, value: number, tone: string): Html =>
    html`<div class="tile ${value > 0 && tone}">
      <dt>${label}</dt>
      <dd>${number(value)}</dd>
    </div>`
  return html`<dl class="tiles" aria-label="Totals">
    ${tile('Cases', totals.cases, '')} ${tile('Passed', totals.passed, 'pass')}
    ${tile('Failures', totals.failures, 'failure')} ${tile('Assumptions not shared', totals.assumptions, 'assumption')}
    ${tile('Flaky', totals.flaky, 'flaky')} ${tile('Silenced', totals.silenced, 'silenced')}
    ${tile('Cases not reached', totals.notReached, 'not-reached')}
  </dl>`
}

function findings(report: Report, entries: readonly Entry[]): Html {
  if (entries.length === 0) {
    return html`<section id="findings">
      <h2>Findings</h2>
      <p class="empty">
        Nothing differs: ${number(report.totals.passed)} of ${number(report.totals.cases)} cases passed.
      </p>
    </section>`
  }
  return html`<section id="findings">
    <h2>Findings</h2>
    ${filters(entries)}
    <div class="entries">${entryCards(entries)}</div>
    <p class="empty" id="none" hidden>
      No finding fits the filter. <button type="button" class="quiet" data-reset>Show all</button>
    </p>
  </section>`
}

function filters(entries: readonly Entry[]): Html {
  const present = Object.keys(kinds).filter((kind) => entries.some((each) => each.kind === kind)) as Entry['kind'][]
  const amount = (kind: Entry['kind']): number =>
    entries.filter((each) => each.kind === kind).reduce((sum, { count: some }) => sum + some, 0)
  return html`<form id="filters" class="filters js-only" role="search" aria-label="Filter the findings">
    <div class="row">
      <label class="search"
        ><span class="sr">Search</span
        ><input
          type="search"
          name="q"
          placeholder="Search the text of findings"
          autocomplete="off"
          spellcheck="false"
        /><kbd aria-hidden="true">/</kbd></label
      >
      ${choice(
        'api',
        'API',
        'All APIs',
        entries.flatMap(({ apis }) => apis),
      )}
      ${choice(
        'operation',
        'Operation',
        'All operations',
        entries.flatMap(({ operations: some }) => some),
      )}
      ${choice(
        'check',
        'Check',
        'All checks',
        entries.map(({ check }) => check),
      )}
    </div>
    <div class="row">
      <fieldset class="chips">
        <legend class="sr">Kind</legend>
        ${present.map((kind) => html`<label class="chip ${kind}"><input type="checkbox" name="kind" value="${kind}" checked />${kinds[kind].label} <b>${amount(kind)}</b></label>`)}
      </fieldset>
      <p class="shown">
        <output id="shown" aria-live="polite">${entries.length} of ${entries.length} shown</output>
        <button type="button" class="quiet" id="toggle">Expand all</button
        ><button type="button" class="quiet" data-reset>Reset</button>
      </p>
    </div>
  </form>`
}

/** A choice of one value is none. */
function choice(name: string, label: string, all: string, values: readonly (string | undefined)[]): Html | undefined {
  const options = [...new Set(values.filter((value) => value !== undefined))].toSorted()
  if (options.length < 2) return undefined
  return html`<label
    ><span class="sr">${label}</span
    ><select name="${name}">
      <option value="">${all}</option>
      ${options.map((value) => html`<option>${value}</option>`)}
    </select></label
  >`
}

function operations(counts: readonly OperationCount[]): Html {
  return html`<section id="operations">
    <h2>By operation</h2>
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col" class="n">Cases</th>
            <th scope="col" class="n">Failed</th>
            <th scope="col" class="n">Assumed</th>
            <th scope="col" class="n">Not reached</th>
            <th scope="col">Declared statuses, seen or not</th>
          </tr>
        </thead>
        <tbody>
          ${counts.map(operationRow)}
        </tbody>
      </table>
    </div>
  </section>`
}

function operationRow(each: OperationCount): Html {
  const statuses = Object.entries(each.statuses).map(
    ([status, seen]) =>
      html`<span
        class="status ${seen ? 'seen' : 'unseen'}"
        title="${seen ? 'seen in this run' : 'never seen in this run'}"
        >${status}${!seen && html`<span class="sr"> never seen</span>`}</span
      > `,
  )
  return html`<tr>
    <th scope="row"><span class="api">${each.api}</span> ${each.operation ?? html`<i>routing</i>`}</th>
    ${cell(each.cases)}${cell(each.failures, 'failure')}${cell(each.assumptions, 'assumption')}${cell(each.notReached, 'not-reached')}
    <td>${statuses}</td>
  </tr> `
}

function checkTable(counts: readonly CheckCount[]): Html | undefined {
  if (counts.length === 0) return undefined
  return html`<section id="checks">
    <h2>By check</h2>
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">What a server that passes it keeps</th>
            <th scope="col" class="n">Failures</th>
            <th scope="col" class="n">Assumptions</th>
            <th scope="col" class="n">Cases</th>
          </tr>
        </thead>
        <tbody>
          ${counts.map(
            (each) =>
              html`<tr>
                <th scope="row"><code>${each.check}</code></th>
                <td>${checks[each.check]}</td>
                ${cell(each.failures, 'failure')}${cell(each.assumptions, 'assumption')}${cell(each.cases)}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}

function cell(value: number, tone = ''): Html {
  return html`<td class="n ${value === 0 ? 'zero' : tone}">${number(value)}</td>`
}

function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}
