import type { SecurityScheme } from '../../openapi/api.ts'
import type { DocumentedApi, SeededCredential } from '../documented-api.ts'
import { html, type Html, nothing } from '../../output/html.ts'

/** One place to say what all forms and samples of a page carry; a script shows it and remembers the choice. */
export function credentialChoice({ api, credentials }: DocumentedApi): Html {
  const schemes = Object.entries(api.securitySchemes)
  if (schemes.length === 0) return nothing
  return html`<div class="page-credential" data-page-credential="${api.name}" role="group" aria-label="Credential of this page" hidden>
    ${credentials.length > 0 ? seededChoice(credentials) : schemes.map(([name, scheme]) => typedChoice(name, scheme))}
    <p class="note">
      ${credentials.length === 0 && 'Any value is accepted. '}The forms and samples of this page use what is chosen here.
    </p>
  </div>`
}

function seededChoice(credentials: readonly SeededCredential[]): Html {
  const option = ({ id, description, headers }: SeededCredential): Html =>
    html`<option value="${id}" data-headers="${JSON.stringify(headers)}">${id} · ${description}</option>`
  const refused = credentials.filter(({ works }) => !works)
  return html`<label class="choice"><span>Credential of this page</span>
    <select>
      <option value="">as each scenario says</option>
      <optgroup label="Works">${credentials.filter(({ works }) => works).map(option)}</optgroup>
      ${refused.length > 0 && html`<optgroup label="Is refused">${refused.map(option)}</optgroup>`}
    </select>
  </label>`
}

function typedChoice(name: string, scheme: SecurityScheme): Html {
  const place = scheme.kind === 'http' ? scheme.scheme : scheme.in
  const key = scheme.kind === 'http' ? 'authorization' : scheme.name
  const hint = scheme.kind === 'http' ? (scheme.scheme === 'basic' ? 'user:password' : 'any token') : 'any key'
  return html`<label class="choice"><span>${name}</span>
    <input type="text" data-place="${place}" data-name="${key}" placeholder="${hint}" autocomplete="off" spellcheck="false" />
  </label>`
}
