import { jsonTokens } from '../client/json-tokens.ts'
import { html, type Html } from '../../output/html.ts'

/** A value as indented JSON in colours. */
export function jsonBlock(value: unknown): Html {
  return html`<pre class="code" tabindex="0"><code>${coloured(JSON.stringify(value, undefined, 2) ?? '')}</code></pre>`
}

/** A value in a line: texts bare, everything else as JSON. */
export function valueText(value: unknown): string {
  return typeof value === 'string' && value !== '' && value === value.trim() ? value : (JSON.stringify(value) ?? '')
}

function coloured(json: string): Html {
  return html`${jsonTokens(json).map(({ kind, text }) => (kind === 'plain' ? text : html`<i class="j-${kind}">${text}</i>`))}`
}
