import type { Api, Operation } from '../../openapi/api.ts'
import { anchor, anchoredHeading, titleText } from '../anchor.ts'
import { assumedClass, assumptionsIn, mark } from '../assumption.ts'
import { BASE_URL } from '../base-url.ts'
import { assumptionsSwitch } from '../views/contents-view.ts'
import { mockHeaders } from '../mock-headers.ts'
import { isLarge } from '../large-page.ts'
import { operationGroups } from '../operation-groups.ts'
import { textAt } from '../document-part.ts'
import type { DocumentedApi } from '../documented-api.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { type PageLink, page } from './layout.ts'
import { inlineMarkdown, markdown } from '../markdown.ts'
import { methodTag } from '../views/method-tag.ts'
import { curlBlock } from '../views/operation-view.ts'
import { statusChip } from '../views/responses-view.ts'
import { firstScenario, scenariosOf } from '../../openapi/scenario.ts'
import { credentialsView, serversView } from '../views/setup-view.ts'

/** The first page: what this is, and how to call each API that is served, by copy and paste. */
export function overviewPage(all: readonly DocumentedApi[], control: DocumentedApi, pages: readonly PageLink[]): Html {
  const count = numberWord(all.length)
  return page({
    title: 'Understudy',
    root: '',
    pages,
    body: html` <main id="content" class="overview">
      <header class="hero">
        <h1>${count} ${all.length === 1 ? 'API' : 'APIs'}, played by an understudy.</h1>
        <p class="lead">
          This mock stands in for the real ${all.length === 1 ? 'API' : 'APIs'}. It keeps state, validates every request
          and every response against the OpenAPI ${all.length === 1 ? 'document' : 'documents'}, and says where a rule is
          documented and where it is an assumption.
        </p>
        <p class="address">It runs at <code>${BASE_URL}</code></p>
      </header>
      <section class="steps">${clientStep}${stateStep(control)}${refusalStep}</section>
      ${all.some(({ api }) => assumptionsIn(api) > 0) && html`<div class="overview-controls">${assumptionsSwitch}</div>`}
      ${all.length > APIS_IN_SIGHT && listOfApis(all)}
      ${all.map(apiCard)} ${controlCard(control)} ${headersCard}
    </main>`,
  })
}

/** With more APIs than this the bar at the top can't show them all. */
const APIS_IN_SIGHT = 6

function listOfApis(all: readonly DocumentedApi[]): Html {
  return html`<nav class="api-list" aria-label="All APIs">
    <ul class="groups">
      ${all.map(({ api }) => html`<li><a href="docs/${encodeURIComponent(api.name)}">${titleText(api.title)}</a> <span class="muted">${api.operations.length}</span></li>`)}
    </ul>
  </nav>`
}

const headersCard = html`<section class="api-card">
  ${anchoredHeading(2, 'mock-headers', html`Headers of the mock`)}
  <dl class="definitions">
    ${mockHeaders.map(
      ({ name, sent, text }) =>
        html`<div>
          <dt><code>${name}</code> <span class="muted">${sent}</span></dt>
          <dd>${inlineMarkdown(text)}</dd>
        </div>`,
    )}
  </dl>
</section>`

const clientStep = html`<div class="step">
  <h2>Point your client at it</h2>
  <p>
    Use <code>${BASE_URL}</code> in place of the vendor's host. Paths stay as they are. For scripts,
    <code>npx understudy env</code> prints base URLs and credentials as variables.
  </p>
</div>`

const refusalStep = html`<div class="step">
  <h2>Read a refusal</h2>
  <p>
    A refused request gets a response in the API's own error format. The header <code>x-mock-refused-by</code> names
    the stage that refused it, and <code>x-mock-pointer</code> the rule in the OpenAPI document.
  </p>
</div>`

function stateStep({ api }: DocumentedApi): Html {
  const sessions = api.operations.some(({ path }) => path === '/__mock/sessions')
  return html`<div class="step">
    <h2>Go back to the start</h2>
    <p>What you create stays until you reset it:</p>
    <pre class="code small" tabindex="0"><code>curl -X POST '${BASE_URL}/__mock/reset'</code></pre>
    ${sessions && html`<p>Tests that run in parallel use a session each. <code>POST /__mock/sessions</code> creates one with a state of its own. The header <code>x-mock-session</code> or the path prefix <code>/~id</code> chooses it, also for these pages.</p>`}
  </div>`
}

function apiCard(docs: DocumentedApi): Html {
  const { api } = docs
  return html`<section class="api-card">
    <p class="eyebrow">${api.name}</p>
    ${anchoredHeading(2, anchor(api.name), titleText(api.title))} ${aboutView(api)}
    <div class="side-by-side">
      <div>${serversView(api)}${credentialsView(docs)}</div>
      <div>
        <h3>Try it</h3>
        ${firstCall(docs)}
      </div>
    </div>
    ${isLarge(api) ? groupsList(api) : operationsTable(api)}
    <p class="more">
      <a class="button" href="docs/${encodeURIComponent(api.name)}">Open the API browser</a>
      <a href="docs/${encodeURIComponent(api.name)}/openapi.yaml">OpenAPI document</a>
    </p>
  </section>`
}

/** In the place of a table that nobody would read to its end. */
function groupsList(api: Api): Html {
  const groups = operationGroups(api).map(
    ({ name, operations }) =>
      html`<li>${name ?? 'Further operations'} <span class="muted">${operations.length}</span></li>`,
  )
  return html`<p>${api.operations.length} operations:</p>
    <ul class="groups">
      ${groups}
    </ul>`
}

function aboutView({ document }: Api): Html {
  const summary = textAt(document, '/info', 'summary')
  const [first = ''] = textAt(document, '/info', 'description').split(/\n\s*\n/)
  return summary === ''
    ? html`<div class="prose">${markdown(first, 3)}</div>`
    : html`<p class="lead">${inlineMarkdown(summary)}</p>`
}

/** The first operation that the vendor's page documents, by its first documented example. */
function firstCall(docs: DocumentedApi): Html {
  const { api } = docs
  const operation = api.operations.find(({ inferred }) => inferred === undefined) ?? api.operations[0]
  const scenario = operation && firstScenario(scenariosOf(api, operation))
  if (!scenario) return nothing
  return html`${curlBlock(docs, operation, scenario)}
    <p class="note">${titleText(operation.summary || operation.id)}: responds with ${scenario.status}.</p>`
}

function operationsTable(api: Api): Html {
  const isAssumed = assumptionsIn(api) > 0
  return html`<div class="scroll" tabindex="0">
    <table class="operations listed">
      <thead>
        <tr>
          <th>Request</th>
          <th>What it does</th>
          <th>${isAssumed ? 'Documented' : 'Responses'}</th>
          ${isAssumed && html`<th class="assumed">Assumed</th>`}
        </tr>
      </thead>
      <tbody>
        ${api.operations.map((operation) => operationRow(api, operation, isAssumed))}
      </tbody>
    </table>
  </div>`
}

function operationRow(api: Api, operation: Operation, isAssumed: boolean): Html {
  const statuses = Object.entries(operation.responses)
  const chips = (assumed: boolean): Html[] =>
    statuses
      .filter(([, { inferred }]) => (inferred !== undefined) === assumed)
      .map(([status]) => html`${statusChip(status, undefined)} `)
  const href = `docs/${encodeURIComponent(api.name)}#${encodeURIComponent(anchor(operation.id))}`
  return html`<tr class="${assumedClass(operation.inferred)}" data-operation="${operation.id}">
    <td>
      <a href="${href}">${methodTag(operation.method)} <code>${operation.path}</code></a>
    </td>
    <td>${titleText(operation.summary)}${mark(operation.inferred)} <code class="muted">${operation.id}</code></td>
    <td class="chips">${chips(false)}</td>
    ${isAssumed && html`<td class="chips assumed">${chips(true)}</td>`}
  </tr>`
}

function controlCard({ api }: DocumentedApi): Html {
  return html`<section class="api-card">
    ${anchoredHeading(2, anchor(api.name), html`${api.title}`)} ${aboutView(api)}${operationsTable(api)}
    <p class="more">
      <a class="button" href="docs/${encodeURIComponent(api.name)}">Open the API browser</a>
      <a href="docs/${encodeURIComponent(api.name)}/openapi.yaml">OpenAPI document</a>
    </p>
  </section>`
}

function numberWord(count: number): string {
  return ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'][count] ?? String(count)
}
