import type { Api, JsonObject } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, pointerTo } from '../../openapi/pointer.ts'
import { assumedClass, mark, why } from '../assumption.ts'
import { BASE_URL } from '../base-url.ts'
import { objectsAt } from '../document-part.ts'
import type { DocumentedApi, SeededCredential } from '../documented-api.ts'
import { html, type Html, nothing } from '../../output/html.ts'
import { inlineMarkdown } from '../markdown.ts'
import { textOf } from '../../openapi/text-of.ts'

/** An API without credentials has none to speak of. */
export function setupTitle({ api, credentials }: DocumentedApi): string {
  return credentials.length > 0 || Object.keys(api.securitySchemes).length > 0 ? 'Base URL and credentials' : 'Base URL'
}

/** Where the mock serves the API, and in whose place. */
export function serversView({ bases, document }: Api): Html {
  // A relative one is at home here already.
  const servers = objectsAt(document, '/servers').flatMap((server, index) =>
    textOf(server['url']).startsWith('/') ? [] : [serverView(document, server, index)],
  )
  return html`<h3>Base URL</h3>
    <ul class="urls">
      ${bases.map((base) => html`<li><code>${BASE_URL}${base}</code></li>`)}
    </ul>
    ${
      servers.length > 0 &&
      html`<h4>In place of</h4>
        <ul class="urls">
          ${servers}
        </ul>`
    }`
}

function serverView(document: JsonObject, server: JsonObject, index: number): Html {
  const pointer = pointerTo('/servers', index)
  const reason = assumptionAt(document, pointer) ?? assumptionAt(document, `${pointer}/url`)
  const variables = isObject(server['variables']) ? Object.entries(server['variables']) : []
  return html`<li class="${assumedClass(reason)}">
    <code>${textOf(server['url'])}</code>${mark(reason)}
    <span class="muted">${inlineMarkdown(textOf(server['description'] ?? ''))}</span>${why(reason)}
    ${variables.map(([name, variable]) => variableView(document, pointerTo(pointer, 'variables', name), name, isObject(variable) ? variable : {}))}
  </li>`
}

function variableView(document: JsonObject, pointer: string, name: string, variable: JsonObject): Html {
  const reason = assumptionAt(document, `${pointer}/default`)
  return html`<p class="variable ${assumedClass(reason)}">
      <code>{${name}}</code> is <code>${textOf(variable['default'] ?? '')}</code> unless set otherwise${mark(reason)}
      <span class="muted">${textOf(variable['description'] ?? '')}</span>
    </p>
    ${why(reason)}`
}

const CREDENTIALS_IN_SIGHT = 3

/** The seeded credentials: whom each stands for, and the headers that carry it. */
export function credentialsView({ credentials }: DocumentedApi): Html {
  if (credentials.length === 0) return nothing
  const more = credentials.slice(CREDENTIALS_IN_SIGHT)
  return html`<h3>Credentials</h3>
    <ul class="credentials">
      ${credentials.slice(0, CREDENTIALS_IN_SIGHT).map(credentialView)}
    </ul>
    ${
      more.length > 0 &&
      html`<details class="fold">
        <summary>${more.length} more</summary>
        <ul class="credentials">
          ${more.map(credentialView)}
        </ul>
      </details>`
    }`
}

function credentialView({ id, description, headers, works }: SeededCredential): Html {
  const sent = Object.entries(headers)
  return html`<li>
    <p>
      <b>${id}</b>${!works && html` <span class="refused-tag">refused on purpose</span>`}
      <span class="muted">${description}</span>
    </p>
    ${sent.length > 0 && html`<pre class="code small" tabindex="0"><code>${sent.map(([name, value]) => `${name}: ${value}`).join('\n')}</code></pre>`}
  </li>`
}
