import { all, element } from './dom.ts'
import type { Pair } from './request.ts'

/** Names and texts that can be changed, removed and added to. */
export interface PairList {
  readonly element: HTMLElement
  read(): Pair[]
  write(pairs: readonly Pair[]): void
}

export function createPairList(label: string, noun: string): PairList {
  const rows = element('div', { class: 'pairs' })
  const add = element('button', { type: 'button', class: 'quiet' }, `Add ${noun}`)
  add.addEventListener('click', () => {
    const row = pairRow(noun, ['', ''])
    rows.append(row)
    row.querySelector('input')?.focus()
  })
  return {
    element: element('fieldset', {}, element('legend', {}, label), rows, add),
    read: () =>
      all('.pair', rows)
        .map(pairOf)
        .filter(([name]) => name !== ''),
    write: (pairs) => rows.replaceChildren(...pairs.map((pair) => pairRow(noun, pair))),
  }
}

/** The values of a path, whose names are given. */
export function createValueList(label: string): PairList {
  const rows = element('div', { class: 'pairs' })
  const whole = element('fieldset', {}, element('legend', {}, label), rows)
  return {
    element: whole,
    read: () => all('.pair', rows).map(pairOf),
    write: (pairs) => {
      whole.hidden = pairs.length === 0
      rows.replaceChildren(
        ...pairs.map(([name, text]) =>
          element(
            'label',
            { class: 'pair fixed', 'data-name': name },
            element('code', {}, name),
            textInput(name, text),
          ),
        ),
      )
    },
  }
}

function pairRow(noun: string, [name, text]: Pair): HTMLElement {
  const remove = element('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${noun} ${name}` }, '×')
  const row = element(
    'div',
    { class: 'pair' },
    textInput(`Name of the ${noun}`, name),
    textInput(`Value of ${name || `the ${noun}`}`, text),
    remove,
  )
  remove.addEventListener('click', () => row.remove())
  return row
}

function pairOf(row: HTMLElement): Pair {
  const [first = '', second = ''] = [...row.querySelectorAll('input')].map(({ value }) => value)
  const name = row.dataset['name']
  return name === undefined ? [first, second] : [name, first]
}

function textInput(label: string, value: string): HTMLInputElement {
  return element('input', { 'aria-label': label, value, autocomplete: 'off', spellcheck: 'false' })
}
