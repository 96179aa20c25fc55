import { anchor } from '../anchor.ts'
import { assumedClass, assumptionsIn } from '../assumption.ts'
import { objectAt } from '../document-part.ts'
import type { DocumentedApi } from '../documented-api.ts'
import { html, type Html } from '../../html.ts'
import { longListNames } from './long-lists-view.ts'
import { methodTag } from './operation-view.ts'

/** Search and, where there are assumptions, the switch that says what to do with them; it works without a script. */
export function readingControls(placeholder: string, assumptions: boolean): Html {
  return html`<form class="search" role="search" hidden>
      <label
        ><span class="sr-only">${placeholder}</span
        ><input type="search" data-search placeholder="${placeholder}" autocomplete="off" spellcheck="false" /></label
      ><output data-found aria-live="polite"></output>
    </form>
    ${
      assumptions &&
      html`<fieldset class="switch">
        <legend>Assumptions</legend>
        <div>
          <label><input type="radio" name="assumptions" value="explained" checked /><span>Explained</span></label
          ><label><input type="radio" name="assumptions" value="marked" /><span>Marked</span></label
          ><label><input type="radio" name="assumptions" value="hidden" /><span>Hidden</span></label>
        </div>
      </fieldset>`
    }`
}

/** What stands beside an API's page: search, switch, and a way to each operation and section. */
export function contentsView({ api, states }: DocumentedApi): Html {
  const sections: [string, string, boolean][] = [
    ['setup', 'Calling it', true],
    [
      'elsewhere',
      'Where no operation applies',
      api.unroutable.notFound !== undefined || api.unroutable.methodNotAllowed !== undefined,
    ],
    ['values', 'Lists of values', longListNames(api.document).length > 0],
    ['states', 'Provider states', states.length > 0],
    ['variables', 'Variables', Object.keys(objectAt(api.document, '/x-variables')).length > 0],
    ['document', 'The document', true],
  ]
  return html`<div class="side">
    <div class="side-inner">
      ${readingControls('Search this API', assumptionsIn(api) > 0)}
      <details class="side-fold" open>
        <summary>On this page</summary>
        <nav aria-label="On this page">
          <ul class="toc">
            ${api.operations.map(
              (operation) =>
                html`<li class="${assumedClass(operation.inferred)}" data-entry="${operation.id}">
                  <a href="#${encodeURIComponent(anchor(operation.id))}"
                    >${methodTag(operation.method)}<span>${operation.summary || operation.id}</span></a
                  >
                </li>`,
            )}
          </ul>
          <ul class="toc minor">
            ${sections.map(([id, label, there]) => there && html`<li><a href="#about-${id}">${label}</a></li>`)}
          </ul>
        </nav>
      </details>
    </div>
  </div>`
}
