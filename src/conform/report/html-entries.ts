import { html, type Html } from '../../output/html.ts'
import type { Api } from '../../openapi/api.ts'
import { causesOf, kindsOf, operationsText, type Cause } from './causes.ts'
import type { Finding, NotReached, Report } from './report.ts'
import type { Exchanged } from '../transport/transport.ts'
import { specTextAt } from './spec-text.ts'

/** What the page lists: the findings of one cause, or the cases of one operation that were not reached for one reason. */
export interface Entry {
  readonly kind: Kind
  readonly apis: readonly string[]
  readonly operations: readonly string[]
  readonly check: string | undefined
  readonly title: string
  /** How many findings it stands for; of what was not reached, how many cases. */
  readonly count: number
  readonly details: Html
}

type Kind = keyof typeof kinds

/** In the order in which they matter. */
export const kinds = {
  failure: { label: 'Failures', one: 'failure', heading: 'Documented promises that the server breaks' },
  assumption: { label: 'Assumptions', one: 'assumption', heading: 'Assumptions that the server does not share' },
  flaky: { label: 'Flaky', one: 'flaky', heading: 'Seen once, but not when repeated' },
  silenced: { label: 'Silenced', one: 'silenced', heading: 'Known to the baseline' },
  'not-reached': {
    label: 'Not reached',
    one: 'not reached',
    heading: 'Cases whose start could not be reached',
  },
} as const

type Redactor = (text: string) => string

const CASES_SHOWN = 200
/** So few findings that nobody wants to open them one by one. */
const OPEN_AT_MOST = 3

export function entriesOf(report: Report, apis: readonly Api[], mask: Redactor): Entry[] {
  const of = (kind: Kind, causes: readonly Cause[]): Entry[] =>
    causes.map((cause) => causeEntry(kind, cause, apis, mask))
  return [
    ...of('failure', causesOf(report.failures)),
    // They cost nobody an exit code unless `--strict`: one line for each kind.
    ...of('assumption', (report.strict ? causesOf : kindsOf)(report.assumptions)),
    ...of('flaky', causesOf(report.flaky)),
    ...of('silenced', causesOf(report.silenced)),
    ...notReachedEntries(report.notReached),
  ]
}

export function entryCards(entries: readonly Entry[]): Html[] {
  const open = entries.filter(({ kind }) => kind !== 'not-reached').length <= OPEN_AT_MOST
  return (Object.keys(kinds) as Kind[]).flatMap((kind) => {
    const own = entries.filter((each) => each.kind === kind)
    if (own.length === 0) return []
    return [
      html`<section class="group" data-group="${kind}">
        <h3>${kinds[kind].heading}</h3>
        ${own.map((each) => card(each, open && kind !== 'not-reached'))}
      </section> `,
    ]
  })
}

function card(entry: Entry, open: boolean): Html {
  const { kind, apis, operations, check, title, count, details } = entry
  const counted = kind === 'not-reached' ? 'cases' : 'findings'
  const times = count > 1 && html`<span class="times" title="${count} ${counted}">×${count}</span>`
  const attributes = html`class="entry ${kind}" data-kind="${kind}" data-api="${apis.join(' ')}" data-operation="${operations.join(' ')}"
  data-check="${check}"`
  const head = html`<summary>
    <span class="pill ${kind}">${kinds[kind].one}</span><span class="title">${title}</span>${times}<span class="meta"
      ><span class="api">${apis.join(', ')}</span> ${operationsText({ operations })}${check !== undefined && html` <code>${check}</code>`}</span
    >
  </summary>`
  return open
    ? html`<details ${attributes} open>
        ${head}
        <div class="body">${details}</div>
      </details> `
    : html`<details ${attributes}>
        ${head}
        <div class="body">${details}</div>
      </details> `
}

function causeEntry(kind: Kind, cause: Cause, apis: readonly Api[], mask: Redactor): Entry {
  const { check, first, findings } = cause
  return {
    kind,
    apis: [...new Set(findings.map(({ api }) => api))],
    operations: [...new Set(findings.flatMap(({ operation }) => operation ?? []))],
    check,
    title: first.title,
    count: findings.length,
    details: html`${findingDetails(first, apis, mask)} ${alike(findings.slice(1), apis, mask)}`,
  }
}

/** What else has the same cause as far as can be seen, each with all that is known of it. */
function alike(findings: readonly Finding[], apis: readonly Api[], mask: Redactor): Html | undefined {
  if (findings.length === 0) return undefined
  return html`<section class="alike">
    <h4>${findings.length} more alike</h4>
    ${findings.map(
      (finding) =>
        html`<details class="more">
          <summary>${finding.operation ?? finding.api}: ${finding.title}</summary>
          ${findingDetails(finding, apis, mask)}
        </details> `,
    )}
  </section>`
}

function findingDetails(finding: Finding, apis: readonly Api[], mask: Redactor): Html {
  const { example } = finding
  return html`<div class="pair">
      <div>
        <h4>Expected</h4>
        <pre tabindex="0">${example.expected}</pre>
      </div>
      <div>
        <h4>Got</h4>
        <pre class="got" tabindex="0">${example.got}</pre>
      </div>
    </div>
    ${specPanel(finding, apis)} ${copyable('Try it', example.curls.join('\n'))}
    ${
      example.script !== undefined &&
      html`<details class="more">
        <summary>Shell script that exits 1 while it is there</summary>
        ${copyable('', example.script)}
      </details>`
    }
    ${
      example.exchanges.length > 1 &&
      html`<details class="more">
        <summary>The ${example.exchanges.length} requests</summary>
        <ol class="steps">
          ${example.exchanges.map((each) => step(each, mask))}
        </ol>
      </details>`
    }
    ${caseList(finding.caseIds)}`
}

function specPanel(finding: Finding, apis: readonly Api[]): Html {
  const api = apis.find(({ name }) => name === finding.api)
  const spec = api && specTextAt(api, finding.pointer)
  const why = finding.why ?? spec?.why
  return html`<div class="spec">
    <h4>The spec</h4>
    <p class="where"><code>${spec?.where ?? `${finding.api}#${finding.pointer}`}</code></p>
    ${why !== undefined && html`<p class="why"><b>Assumed:</b> ${why}</p>`}
    ${spec?.description !== undefined && html`<p class="says">${unwrapped(spec.description)}</p>`}
    ${spec !== undefined && spec.excerpt !== '' && html`<pre tabindex="0">${spec.excerpt}</pre>`}
  </div>`
}

function copyable(title: string, text: string): Html {
  return html`<div class="copyable">
    ${title !== '' && html`<h4>${title}</h4>`}<button type="button" class="copy js-only" data-copy="pre">Copy</button>
    <pre tabindex="0">${text}</pre>
  </div>`
}

function step({ sent, outcome }: Exchanged, mask: Redactor): Html {
  const came = outcome.kind === 'answer' ? String(outcome.status) : outcome.code
  return html`<li><code>${sent.method} ${mask(sent.path)}</code> <span class="came">${came}</span></li>`
}

function caseList(ids: readonly string[]): Html {
  const shown = ids.slice(0, CASES_SHOWN)
  const list = html`<ul class="cases">
    ${shown.map((id) => html`<li>${id}</li>`)}${ids.length > shown.length && html`<li>… and ${ids.length - shown.length} more</li>`}
  </ul>`
  return ids.length === 1
    ? html`<p class="key"><span>Case</span> ${ids[0]}</p>`
    : html`<details class="more">
        <summary>${ids.length} cases</summary>
        ${list}
      </details>`
}

function notReachedEntries(list: readonly NotReached[]): Entry[] {
  const groups = new Map<string, NotReached[]>()
  for (const each of list) {
    const key = JSON.stringify([each.api, each.operation, each.reason])
    const group = groups.get(key)
    if (group) group.push(each)
    else groups.set(key, [each])
  }
  return [...groups.values()].map((group) => {
    const { api, operation, reason } = group[0] as NotReached
    const ids = group.map(({ caseId }) => caseId)
    return {
      kind: 'not-reached',
      apis: [api],
      operations: operation === undefined ? [] : [operation],
      check: undefined,
      title: reason,
      count: ids.length,
      details: caseList(ids),
    }
  })
}

/** Without the line breaks that only keep the spec's source narrow; paragraphs and list items stay. */
function unwrapped(text: string): string {
  return text.replaceAll(/(?<=\S)\n *(?![\s*-]|\d+\.)/g, ' ')
}
