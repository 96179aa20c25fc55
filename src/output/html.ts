/** Text that is HTML already. Anything else that goes into a template is escaped. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Fill = Html | string | number | false | undefined | readonly Fill[]

/** Tag of a template literal: what is filled in becomes text, whether inside an element or a quoted attribute. */
export function html(strings: TemplateStringsArray, ...fills: readonly Fill[]): Html {
  return new Html(strings.reduce((text, part, index) => text + filled(fills[index - 1]) + part))
}

/** Joins with something between, such as ` or `. */
export function join(list: readonly Fill[], between: Fill): Html {
  return html`${list.flatMap((each, index) => (index === 0 ? [each] : [between, each]))}`
}

export const nothing = new Html('')

export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function filled(fill: Fill): string {
  if (fill === undefined || fill === false) return ''
  if (fill instanceof Html) return fill.text
  if (typeof fill === 'object') return fill.map(filled).join('')
  return escape(String(fill))
}
