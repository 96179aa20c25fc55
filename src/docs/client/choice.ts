import { element } from './dom.ts'

/** Options under a common label, or at the top without one. */
export interface Choice {
  readonly label?: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
}

/** A labelled drop-down list. */
export function choice(
  label: string,
  groups: readonly Choice[],
): { readonly element: HTMLElement; readonly select: HTMLSelectElement } {
  const select = element('select')
  for (const group of groups) {
    if (group.options.length === 0) continue
    const options = group.options.map(({ value, label: text }) => element('option', { value }, text))
    select.append(...(group.label === undefined ? options : [element('optgroup', { label: group.label }, ...options)]))
  }
  return { element: element('label', { class: 'choice' }, element('span', {}, label), select), select }
}
