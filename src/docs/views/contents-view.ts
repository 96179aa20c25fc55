import type { Operation } from '../../openapi/api.ts'
import { anchor, titleText } from '../anchor.ts'
import { assumedClass, assumptionsIn } from '../assumption.ts'
import { objectAt } from '../document-part.ts'
import type { DocumentedApi } from '../documented-api.ts'
import { html, type Html } from '../../output/html.ts'
import { operationGroups, type OperationGroup } from '../operation-groups.ts'
import { longListNames } from './long-lists-view.ts'
import { hasNotes } from './notes-view.ts'
import { methodTag } from './method-tag.ts'
import { setupTitle } from './setup-view.ts'

/** The switch that says what to do with assumptions; it works without a script. */
export const assumptionsSwitch: Html = html`<fieldset class="switch">
  <legend>Assumptions</legend>
  <div>
    <label><input type="radio" name="assumptions" value="explained" /><span>Explained</span></label
    ><label><input type="radio" name="assumptions" value="marked" checked /><span>Marked</span></label
    ><label><input type="radio" name="assumptions" value="hidden" /><span>Hidden</span></label>
  </div>
</fieldset>`

/** What stands beside an API's page: the switch, and a way to each operation, by tag, and to each section. */
export function contentsView(docs: DocumentedApi): Html {
  const { api, states } = docs
  const groups = operationGroups(api)
  const sections: [string, string, boolean][] = [
    ['webhooks', 'Webhooks', api.webhooks.length > 0],
    [
      'elsewhere',
      'Unknown paths and methods',
      api.unroutable.notFound !== undefined || api.unroutable.methodNotAllowed !== undefined,
    ],
    ['values', 'Lists of values', longListNames(api.document).length > 0],
    ['notes', 'What was set aside', hasNotes(api)],
    ['states', 'Provider states', states.length > 0],
    ['variables', 'Variables', Object.keys(objectAt(api.document, '/x-variables')).length > 0],
    ['document', 'The document', true],
  ]
  return html`<aside class="side" aria-label="Contents">
    <div class="side-inner">
      ${assumptionsIn(api) > 0 && assumptionsSwitch}
      <details class="side-fold" open>
        <summary>On this page</summary>
        <nav aria-label="On this page">
          <ul class="toc">
            <li><a href="#about-setup">${setupTitle(docs)}</a></li>
          </ul>
          ${groups.map((group) => groupView(group, groups.length))}
          <ul class="toc minor">
            ${sections.map(([id, label, there]) => there && html`<li><a href="#about-${id}">${label}</a></li>`)}
          </ul>
        </nav>
      </details>
    </div>
  </aside>`
}

function groupView({ name, operations }: OperationGroup, groups: number): Html {
  const list = html`<ul class="toc">
    ${operations.map(entryView)}
  </ul>`
  if (groups === 1) return list
  return html`<details class="toc-tag" ${groups <= GROUPS_IN_SIGHT && html` open`}>
    <summary>${name ?? 'Further operations'} <span class="muted">${operations.length}</span></summary>
    ${list}
  </details>`
}

/** With more tags than this the list of tags is what a reader wants to see first. */
const GROUPS_IN_SIGHT = 8

function entryView(operation: Operation): Html {
  return html`<li class="${assumedClass(operation.inferred)}" data-entry="${operation.id}">
    <a href="#${encodeURIComponent(anchor(operation.id))}"
      >${methodTag(operation.method)}<span>${titleText(operation.summary || operation.id)}</span></a
    >
  </li>`
}
