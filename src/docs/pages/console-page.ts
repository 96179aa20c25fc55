import type { Api } from '../../openapi/api.ts'
import { faultPresets } from '../../mock/session/faults.ts'
import { html, type Html } from '../../output/html.ts'
import { type PageLink, page } from './layout.ts'

/** The name of the page in addresses and in the bar at the top. */
export const CONSOLE = 'console'

/** Sessions, faults and requests of the mock: its sessions, what steers each, and the requests as they come. A script fills it in. */
export function consolePage(apis: readonly Api[], pages: readonly PageLink[]): Html {
  return page({
    title: 'Console · Understudy',
    root: '../',
    pages,
    current: CONSOLE,
    body: html` <main id="content" class="console" data-console>
      <header class="intro">
        <h1>Console</h1>
        <p class="lead">
          Sessions, clock, faults, overrides and requests of this mock. Scripts can make the same calls: see the
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
        <div class="console-panels">${clockPanel}${faultsPanel(apis)}${overridesPanel(apis)}</div>
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
      <label class="choice"><span>Requests</span><input name="times" type="number" min="1" placeholder="no limit" /></label>`,
  })
}

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
      <button type="button" class="quiet" data-clear="${of}">${clear}</button>
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
