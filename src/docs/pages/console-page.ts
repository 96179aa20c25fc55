import type { ProviderState } from '../../fixtures/seed.ts'
import type { Api } from '../../openapi/api.ts'
import { faultPresets } from '../../mock/session/faults.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import type { DocumentedApi } from '../documented-api.ts'
import { type PageLink, page } from './layout.ts'

/** The name of the page in addresses and in the bar at the top. */
export const CONSOLE = 'console'

/** Sessions, faults and requests of the mock: its sessions, what steers each, and the requests as they come. A script fills it in. */
export function consolePage(all: readonly DocumentedApi[], pages: readonly PageLink[]): Html {
  const apis = all.map(({ api }) => api)
  return page({
    title: 'Console · Understudy',
    root: '../',
    pages,
    current: CONSOLE,
    body: html` <main id="content" class="console" data-console>
      <header class="intro">
        <h1>Console</h1>
        <p class="lead">
          What goes on in this mock, session by session, and what steers it. Scripts can make the same calls: see the
          <a href="control-plane">control plane</a>.
        </p>
      </header>
      <p class="muted" data-needs-script>This page needs JavaScript.</p>
      <div class="console-bar" data-bar hidden>
        <label class="choice"><span>Session</span><select data-session></select></label>
        <button type="button" class="quiet" data-new-session>New session</button>
        <button type="button" class="quiet" data-end-session>End session</button>
        <button type="button" class="quiet" data-reset>Reset</button>
        <p class="muted" role="status" data-status></p>
      </div>
      <div class="console-columns" data-columns hidden>
        <div class="console-panels">${clockPanel}${faultsPanel(apis)}${overridesPanel(apis)}${statesPanel(all)}${snapshotsPanel}</div>
        ${requestsPanel}
      </div>
    </main>`,
  })
}

const clockPanel = html`<section class="card" aria-labelledby="console-clock">
  <div class="card-head"><h2 id="console-clock">Clock</h2></div>
  <div class="panel">
    <p><output data-clock></output></p>
    <p class="actions">
      <button type="button" class="quiet" data-freeze>Freeze</button>
      <button type="button" class="quiet" data-run>Let it run</button>
      <button type="button" class="quiet" data-advance="60000">+ 1 minute</button>
      <button type="button" class="quiet" data-advance="3600000">+ 1 hour</button>
      <button type="button" class="quiet" data-advance="86400000">+ 1 day</button>
    </p>
  </div>
</section>`

function faultsPanel(apis: readonly Api[]): Html {
  return listPanel({
    of: 'faults',
    title: 'Faults',
    clear: 'End all',
    add: 'Add fault',
    fields: html`<label class="choice"><span>Preset</span>
        <select name="preset">
          ${Object.keys(faultPresets).map((name) => html`<option>${name}</option>`)}
        </select>
      </label>
      ${operationChoice(apis, 'every operation')}
      <label class="choice"><span>Requests</span><input name="count" type="number" min="1" placeholder="no limit" /></label>`,
  })
}

function overridesPanel(apis: readonly Api[]): Html {
  return listPanel({
    of: 'overrides',
    title: 'Overrides',
    clear: 'Remove all',
    add: 'Add override',
    fields: html`${operationChoice(apis)}
      <label class="choice"><span>Status</span><input name="status" type="number" min="200" max="599" placeholder="as documented" /></label>
      <label class="choice"><span>Requests</span><input name="times" type="number" min="1" placeholder="no limit" /></label>
      <label class="choice wide"><span>Body, as JSON</span><textarea name="body" rows="2" spellcheck="false" placeholder="as documented"></textarea></label>`,
  })
}

/** Provider states, as tests set them: one call makes each true. */
function statesPanel(all: readonly DocumentedApi[]): Html {
  const groups = all.filter(({ states }) => states.length > 0)
  if (groups.length === 0) return nothing
  return html`<section class="card" aria-labelledby="console-states">
    <div class="card-head"><h2 id="console-states">Provider states</h2></div>
    <div class="panel">
      <form class="console-form" data-add="states">
        <label class="choice wide"><span>State</span>
          <select name="state">
            ${groups.map(({ api, states }) => html`<optgroup label="${api.name}">${states.map(stateOption)}</optgroup>`)}
          </select>
        </label>
        <label class="choice wide"><span>Parameters, as JSON</span><textarea name="params" rows="3" spellcheck="false"></textarea></label>
        <button type="submit" class="quiet">Make it true</button>
      </form>
    </div>
  </section>`
}

function stateOption({ name, params }: ProviderState): Html {
  const defaults = Object.fromEntries(Object.entries(params).map(([param, { default: value }]) => [param, value]))
  return html`<option data-params="${JSON.stringify(defaults, undefined, 1)}">${name}</option>`
}

const snapshotsPanel = html`<section class="card" aria-labelledby="console-snapshots">
  <div class="card-head"><h2 id="console-snapshots">Snapshots</h2></div>
  <div class="panel">
    <ul class="console-list" data-list="snapshots"></ul>
    <form class="console-form" data-add="snapshots">
      <label class="choice"><span>Name</span><input name="name" type="text" required autocomplete="off" /></label>
      <button type="submit" class="quiet">Take snapshot</button>
    </form>
  </div>
</section>`

interface ListPanel {
  /** The path of its calls, and its id on the page. */
  readonly of: string
  readonly title: string
  readonly clear: string
  readonly add: string
  readonly fields: Html
}

/** What is there, a button that ends it all, and a form that adds to it. */
function listPanel({ of, title, clear, add, fields }: ListPanel): Html {
  return html`<section class="card" aria-labelledby="console-${of}">
    <div class="card-head">
      <h2 id="console-${of}">${title}</h2>
      <button type="button" class="quiet" data-clear="${of}" hidden>${clear}</button>
    </div>
    <div class="panel">
      <ul class="console-list" data-list="${of}"></ul>
      <form class="console-form" data-add="${of}">
        ${fields}
        <button type="submit" class="quiet">${add}</button>
      </form>
    </div>
  </section>`
}

const requestsPanel = html`<section class="console-requests" aria-labelledby="console-requests">
  <div class="heading-line">
    <h2 id="console-requests">Requests</h2>
    <span class="muted" data-violations></span>
    <label class="check"><input type="checkbox" data-refused-only /> refused only</label>
    <button type="button" class="quiet" data-clear="requests">Clear</button>
  </div>
  <p class="muted" data-no-requests>No request yet. Each appears here as it is answered.</p>
  <ol class="console-log" data-log></ol>
</section>`

function operationChoice(apis: readonly Api[], any?: string): Html {
  return html`<label class="choice"><span>Operation</span>
    <select name="operationId">
      ${any !== undefined && html`<option value="">${any}</option>`}
      ${apis.map(({ name, operations }) => html`<optgroup label="${name}">${operations.map(({ id }) => html`<option>${id}</option>`)}</optgroup>`)}
    </select>
  </label>`
}
