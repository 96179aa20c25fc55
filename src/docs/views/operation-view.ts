import type { JsonObject, Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { anchor, anchoredHeading, titleText } from '../anchor.ts'
import { assumedClass, mark, ownReason, type Reason, why } from '../assumption.ts'
import { BASE_URL } from '../base-url.ts'
import { curlOf } from '../client/request.ts'
import { sampleLanguages } from '../sample-languages.ts'
import { contentView } from './content-view.ts'
import { objectAt, textAt } from '../document-part.ts'
import type { DocumentedApi } from '../documented-api.ts'
import { html, type Html, join, nothing } from '../../output/html.ts'
import { markdown } from '../markdown.ts'
import { methodTag } from './method-tag.ts'
import { parametersView } from './parameters-view.ts'
import { responseExamplesView } from './response-examples-view.ts'
import { responsesView, statusChip } from './responses-view.ts'
import { type Scenario, firstScenario, scenariosOf } from '../../openapi/scenario.ts'
import { requestOf } from '../scenario-request.ts'
import { pointersOf } from './schema-view.ts'

/** One operation as a section of its own: what it does on the left, how to call it on the right. */
export function operationView(docs: DocumentedApi, operation: Operation): Html {
  const root = docs.api.document
  const outer = operation.inferred
  const scenarios = scenariosOf(docs.api, operation)
  return html`<section
    class="operation ${assumedClass(operation.inferred)}"
    data-operation="${operation.id}"
    data-pointers="${pointersOf([operation.pointer])}"
  >
    ${anchoredHeading(3, anchor(operation.id), titleText(operation.summary || operation.id))}
    <p class="request-line">
      ${methodTag(operation.method)} <code class="path">${breakable(operation.path)}</code>
      <code class="muted">${operation.id}</code>${mark(operation.inferred)}
    </p>
    ${why(operation.inferred)}
    <div class="columns">
      <div class="reading">
        ${operation.description !== '' && html`<div class="prose rules">${markdown(operation.description)}</div>`}
        ${securityLine(root, operation, outer)} ${parametersView(root, operation, outer)}
        ${bodyView(root, operation, outer)} ${responsesView(root, operation, outer)}
        ${'x-scenarios' in objectAt(root, operation.pointer) && scenariosView(operation, scenarios, outer)}
      </div>
      <div class="calling" role="group" aria-label="Call ${operation.id}">
        <div class="calling-inner">${callView(docs, operation, scenarios)}</div>
      </div>
    </div>
  </section>`
}

/** An operation that is loaded when it is opened; without a script its title leads to a page of its own. */
export function operationFold({ api }: DocumentedApi, operation: Operation): Html {
  const href = `${encodeURIComponent(api.name)}/operations/${encodeURIComponent(operation.id)}`
  const id = anchor(operation.id)
  return html`<details
    class="operation-fold ${assumedClass(operation.inferred)}"
    id="${id}"
    data-section="${id}"
    data-href="${href}"
  >
    <summary>
      ${methodTag(operation.method)} <code class="path">${breakable(operation.path)}</code>
      <h3>${titleText(operation.summary || operation.id)}</h3>${mark(operation.inferred)}
    </summary>
    <div data-room><p><a href="${href}">Open ${operation.id} on a page of its own</a></p></div>
  </details>`
}

/** A path may wrap behind each slash. */
function breakable(path: string): Html {
  return html`${path.split(/(?<=\/)/).map((part) => html`${part}<wbr />`)}`
}

function securityLine(root: JsonObject, operation: Operation, outer: Reason): Html {
  const { security, pointer } = operation
  if (security.length === 0) return html`<p class="security"><b>Credentials</b> are not needed.</p>`
  const at = 'security' in objectAt(root, pointer) ? pointerTo(pointer, 'security') : '/security'
  const reason = ownReason(assumptionAt(root, at), outer)
  const alternatives = security.map((schemes) =>
    schemes.length === 0
      ? html`none`
      : join(
          schemes.map(
            (name) => html`<a href="#${encodeURIComponent(anchor('scheme', name))}"><code>${name}</code></a>`,
          ),
          ' and ',
        ),
  )
  return html`<div class="${assumedClass(reason)}">
    <p class="security"><b>Credentials</b> ${join(alternatives, ', or ')}${mark(reason)}</p>
    ${why(reason)}
  </div>`
}

export function bodyView(root: JsonObject, { id, requestBody }: Operation, outer: Reason): Html {
  if (!requestBody) return nothing
  const reason = ownReason(assumptionAt(root, requestBody.pointer), outer)
  const requiredReason = ownReason(assumptionAt(root, pointerTo(requestBody.pointer, 'required')), reason ?? outer)
  return html`<div class="request-body ${assumedClass(reason)}" data-pointers="${pointersOf([requestBody.pointer])}">
    <div class="heading-line">
      ${anchoredHeading(4, anchor(id, 'body'), html`Request body`)}${requestBody.required ? html`<span class="required ${assumedClass(requiredReason)}">required${mark(requiredReason)}</span>` : html`<span class="muted">optional</span>`}${mark(reason)}
    </div>
    <div class="prose">${markdown(textAt(root, requestBody.pointer, 'description'))}</div>
    ${why(reason)}${why(requiredReason, ['required'])} ${contentView(root, requestBody.content, reason ?? outer)}
  </div>`
}

function scenariosView({ id }: Operation, scenarios: readonly Scenario[], outer: Reason): Html {
  const rows = scenarios.map((scenario) => {
    const reason = ownReason(scenario.inferred, outer)
    return html`<tr class="${assumedClass(reason)}">
      <td>${statusChip(String(scenario.status), undefined)}</td>
      <td>${scenario.description}${mark(reason)}${why(reason)}${givenView(scenario)}</td>
      <td>
        <button type="button" class="quiet" data-try="${id}" data-scenario="${scenario.name}" hidden>
          Try<span class="sr-only"> ${scenario.name}</span>
        </button>
      </td>
    </tr>`
  })
  return html`<details class="fold scenarios" id="${anchor(id, 'scenarios')}">
    <summary>
      ${scenarios.length} ${scenarios.length === 1 ? 'scenario' : 'scenarios'} with the status that
      ${scenarios.length === 1 ? 'it gets' : 'each gets'}
    </summary>
    <div class="scroll" tabindex="0">
      <table class="listed">
        <thead>
          <tr>
            <th>Status</th>
            <th>Scenario</th>
            <th><span class="sr-only">Try it</span></th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`
}

function givenView({ given }: Scenario): Html {
  return html`${given.map(({ state, params }) => html`<p class="given muted">given ${state}${Object.keys(params).length > 0 && html` <code>${JSON.stringify(params)}</code>`}</p>`)}`
}

function callView(docs: DocumentedApi, operation: Operation, scenarios: readonly Scenario[]): Html {
  const scenario = firstScenario(scenarios)
  if (!scenario) return nothing
  return html`${curlBlock(docs, operation, scenario)}
    <button type="button" class="primary" data-try="${operation.id}" hidden>Try it here</button>
    <div class="try-it" data-panel="${operation.id}" hidden></div>
    ${responseExamplesView(docs, operation, scenario.example)}`
}

/** A command that works against this mock as it is. */
export function curlBlock(docs: DocumentedApi, operation: Operation, scenario: Scenario): Html {
  return html`<div class="card">
    <p class="card-head"><span class="card-title">Shell</span>${languageChoice(docs, operation)}<button type="button" class="quiet" data-copy hidden>Copy</button></p>
    <pre class="code" tabindex="0"><code>${curlOf(BASE_URL, requestOf(docs, operation, scenario))}</code></pre>
  </div>`
}

/** The script shows it, and hides the word that it stands in for. */
function languageChoice({ api }: DocumentedApi, { id }: Operation): Html {
  const href = `docs/${encodeURIComponent(api.name)}/operations/${encodeURIComponent(id)}/samples.json`
  return html`<select data-samples="${href}" aria-label="Language of the sample" hidden>
    <option>Shell</option>
    ${sampleLanguages.map(({ name }) => html`<option>${name}</option>`)}
  </select>`
}
