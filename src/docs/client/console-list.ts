import { all, element } from './dom.ts'
import type { MockSession } from './mock-session.ts'

/** What can be done with an entry of a list. */
export interface Action {
  readonly label: string
  act(session: MockSession, id: string): Promise<unknown>
}

/** Does something to the session that is shown, and shows what has become of it. */
export type Change = (act: (session: MockSession) => Promise<unknown>, done?: string) => void

export interface List<Item> {
  readonly name: 'faults' | 'overrides' | 'snapshots'
  readonly items: readonly Item[]
  readonly describe: (item: Item) => string
  readonly actions: readonly Action[]
}

/** The entries of a list of the console, each with its buttons; the one that ends them all is there while there are some. */
export function fillList<Item extends { readonly id: string }>(
  page: ParentNode,
  { name, items, describe, actions }: List<Item>,
  change: Change,
): void {
  const list = page.querySelector(`[data-list=${name}]`)
  const texts = items.map((item) => `${item.id}: ${describe(item)}`)
  // What has not changed stays, so that a button does not vanish under the pointer.
  if (!list || [...list.children].map((child) => child.getAttribute('data-text')).join('\n') === texts.join('\n')) return
  list.replaceChildren(
    ...items.map((item, index) =>
      element(
        'li',
        { 'data-text': texts[index] },
        element('span', {}, describe(item)),
        ...actions.map((action) => actionButton(action, item.id, change)),
      ),
    ),
  )
  for (const clear of all(`[data-clear=${name}]`, page)) clear.hidden = items.length === 0
}

function actionButton({ label, act }: Action, id: string, change: Change): HTMLElement {
  const button = element('button', { type: 'button', class: 'quiet' }, label, element('span', { class: 'sr-only' }, ` ${id}`))
  button.addEventListener('click', () => change((to) => act(to, id)))
  return button
}
