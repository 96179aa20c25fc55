import type { Api } from '../../openapi/api.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { anchoredHeading } from '../anchor.ts'
import { objectAt, textAt } from '../document-part.ts'
import type { DocumentedApi } from '../documented-api.ts'
import { html, type Html, join, nothing } from '../../output/html.ts'
import { valueText } from './json-view.ts'
import { longListsView } from './long-lists-view.ts'
import { notesSection } from './notes-view.ts'
import { inlineMarkdown, markdown } from '../markdown.ts'
import { textOf } from '../../openapi/text-of.ts'

/** What belongs to an API as a whole: long lists, provider states, variables, the document itself. */
export function referenceView(docs: DocumentedApi): Html {
  return html`${longListsView(docs.api.document)}${notesSection(docs.api)}${statesView(docs)}${variablesView(docs.api)}${documentView(docs.api)}`
}

function statesView({ states }: DocumentedApi): Html {
  if (states.length === 0) return nothing
  return html`<section class="plain">
    ${anchoredHeading(2, 'about-states', html`Provider states`)}
    <p class="muted">
      States that a test can set with one call of <code>POST /__mock/states</code>. A parameter that is left out has the
      value shown.
    </p>
    <ul class="entries flat">
      ${states.map(
        ({ name, description, params }) =>
          html`<li class="entry">
            <div class="entry-line"><span class="entry-name">${name}</span></div>
            ${description !== '' && html`<div class="prose">${markdown(description)}</div>`}
            <dl class="examples-line">
              ${Object.entries(params).map(
                ([param, value]) =>
                  html`<div>
                    <dt><code>${param}</code></dt>
                    <dd><code>${valueText(value.default)}</code> <span class="muted">${value.description}</span></dd>
                  </div>`,
              )}
            </dl>
          </li>`,
      )}
    </ul>
  </section>`
}

function variablesView({ document }: Api): Html {
  const variables = Object.keys(objectAt(document, '/x-variables'))
  if (variables.length === 0) return nothing
  const rows = variables.map((name) => {
    const { value, description } = objectAt(document, pointerTo('/x-variables', name))
    return html`<tr>
      <td><code>${name}</code></td>
      <td><code>${valueText(value)}</code></td>
      <td>${inlineMarkdown(textOf(description ?? ''))}</td>
    </tr>`
  })
  return html`<section class="plain">
    ${anchoredHeading(2, 'about-variables', html`Variables`)}
    <p class="muted">Ids and values that differ on a real server. A target file sets them there.</p>
    <div class="scroll" tabindex="0">
      <table class="listed">
        <thead>
          <tr>
            <th>Name</th>
            <th>On this mock</th>
            <th>What it is</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`
}

function documentView({ name, document, collections }: Api): Html {
  const kept = Object.values(collections).map((collection) => html`<code>${collection.name}</code>`)
  const license = textAt(document, '/info/license', 'name')
  return html`<section class="plain">
    ${anchoredHeading(2, 'about-document', html`The document`)}
    <p>
      This page shows
      <a href="${encodeURIComponent(name)}/openapi.yaml" download="${name}.yaml">OpenAPI 3.1 as YAML</a> or
      <a href="${encodeURIComponent(name)}/openapi.json" download="${name}.json">JSON</a>. Its first server is this
      mock, so that a client generated from it can be run at once.${license !== '' && ` Licence: ${license}.`}
    </p>
    ${kept.length > 0 && html`<p>The mock keeps rows of ${join(kept, ', ')}. <code>GET /__mock/state</code> shows them.</p>`}
  </section>`
}
