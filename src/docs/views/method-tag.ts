import { html, type Html } from '../../output/html.ts'

/** A method as a coloured tag. */
export function methodTag(method: string): Html {
  return html`<span class="method m-${method.toLowerCase()}">${method}</span>`
}
