import { html, type Html } from '../output/html.ts'

/** An id within a page, made of names of the spec: `createInteraction`, `createInteraction-response-201`. */
export function anchor(...names: readonly string[]): string {
  return names.map((name) => name.trim().replaceAll(/\s+/g, '-')).join('-')
}

/** A heading that links to itself, so that its address can be passed on. */
export function anchoredHeading(level: 2 | 3 | 4, id: string, text: Html): Html {
  const link = html`<a class="self" href="#${encodeURIComponent(id)}">${text}</a>`
  if (level === 2) return html`<h2 id="${id}">${link}</h2>`
  return level === 3 ? html`<h3 id="${id}">${link}</h3>` : html`<h4 id="${id}">${link}</h4>`
}

/** A title of a document: what stands between backticks is code, everything else as it is. */
export function titleText(title: string): Html {
  const parts = title.split('`')
  if (parts.length % 2 === 0) return html`${title}`
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
