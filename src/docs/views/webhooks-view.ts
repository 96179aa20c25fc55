import type { Api, JsonObject, Operation } from '../../openapi/api.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { anchor, anchoredHeading, titleText } from '../anchor.ts'
import { assumedClass, mark, why } from '../assumption.ts'
import { markdown } from '../markdown.ts'
import { methodTag } from './method-tag.ts'
import { bodyView } from './operation-view.ts'
import { parametersView } from './parameters-view.ts'
import { responsesView } from './responses-view.ts'

/** The requests that the API sends to others: nobody can call them here, so they are only told. */
export function webhooksView({ document, webhooks }: Api): Html {
  if (webhooks.length === 0) return nothing
  return html`<section class="plain">
    ${anchoredHeading(2, 'about-webhooks', html`Webhooks`)}
    <p class="muted">Requests that the API sends to an address of yours. The mock does not send them.</p>
    ${webhooks.map((webhook) => webhookView(document, webhook))}
  </section>`
}

function webhookView(root: JsonObject, webhook: Operation): Html {
  const { id, method, path, summary, description, inferred } = webhook
  return html`<section class="operation ${assumedClass(inferred)}" data-webhook="${path}">
    ${anchoredHeading(3, anchor('webhook', id), titleText(summary || path))}
    <p class="request-line">${methodTag(method)} <code class="path">${path}</code>${mark(inferred)}</p>
    ${why(inferred)}
    ${description !== '' && html`<div class="prose rules">${markdown(description)}</div>`}
    ${parametersView(root, webhook, inferred)} ${bodyView(root, webhook, inferred)} ${responsesView(root, webhook, inferred)}
  </section>`
}
