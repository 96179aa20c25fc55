import { element, reveal } from './dom.ts'
import { rank } from './rank.ts'
import type { SearchEntry } from './search-entry.ts'

const MAX_HITS = 40

/** One search over all APIs and the control plane, on every page: by its button, by `/`, or by Ctrl-K. */
export function search(): void {
  const opener = document.querySelector<HTMLButtonElement>('[data-search]')
  if (!opener) return
  reveal('[data-search]')
  const docs = new URL('docs/', new URL(document.documentElement.dataset['root'] ?? './', location.href)).href
  const box = createBox(docs)
  document.body.append(box.dialog)
  opener.addEventListener('click', () => void box.open())
  document.addEventListener('keydown', (event) => {
    const isShortcut =
      (event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !isTyping(event.target))
    if (!isShortcut) return
    event.preventDefault()
    void box.open()
  })
}

/** The field of a box that was closed just now may still have the focus. */
function isTyping(target: EventTarget | null): boolean {
  const field = target instanceof Element && target.closest('input, textarea, select, [contenteditable]')
  return field instanceof Element && field.closest('dialog:not([open])') === null
}

interface Box {
  readonly dialog: HTMLDialogElement
  open(): Promise<void>
}

/** The dialog: a field, and the list of hits that the arrow keys walk through. */
function createBox(docs: string): Box {
  const input = element('input', {
    type: 'search',
    role: 'combobox',
    'aria-label': 'Search all APIs',
    'aria-controls': 'search-hits',
    'aria-expanded': 'true',
    'aria-autocomplete': 'list',
    placeholder: 'Operation, path, property, header, error code, state …',
    autocomplete: 'off',
    spellcheck: 'false',
  })
  const list = element('div', { id: 'search-hits', role: 'listbox', 'aria-label': 'Hits' })
  const status = element('p', { class: 'search-status', role: 'status' })
  const dialog = element('dialog', { class: 'search-box', 'aria-label': 'Search' }, input, list, status)
  let entries: readonly SearchEntry[] | undefined
  const show = (): void => {
    const words = wordsIn(input.value)
    const hits = entries && words.length > 0 ? rank(entries, words) : []
    list.replaceChildren(...hits.slice(0, MAX_HITS).map((hit, index) => hitView(hit, docs, index)))
    status.textContent = statusText(words.length > 0, hits.length)
    choose(list, input, 0)
  }
  input.addEventListener('input', show)
  input.addEventListener('keydown', (event) => heedKey(event, list, input))
  dialog.addEventListener('click', (event) => {
    // Beside the dialog, or on a hit: its page may be this one.
    if (event.target === dialog || (event.target instanceof Element && event.target.closest('a'))) dialog.close()
  })
  // Where nothing had the focus before, the field would keep it, and with it the key that opens the search again.
  // The event comes late: the box may be open again.
  dialog.addEventListener('close', () => dialog.open || input.blur())
  const open = async (): Promise<void> => {
    if (dialog.open) return
    dialog.showModal()
    input.select()
    if (entries) return
    status.textContent = 'Loading …'
    try {
      const response = await fetch(`${docs}_search.json`)
      if (!response.ok) throw new Error(`${response.status}`)
      entries = (await response.json()) as SearchEntry[]
      show()
    } catch (error) {
      status.textContent = `The mock cannot be reached: ${String(error)}`
    }
  }
  return { dialog, open }
}

function wordsIn(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

function statusText(asked: boolean, hits: number): string {
  if (!asked) return 'All APIs and the control plane. Each word has to occur.'
  if (hits === 0) return 'Nothing has these words.'
  const found = `${hits} ${hits === 1 ? 'hit' : 'hits'}`
  return hits > MAX_HITS ? `${found}; the first ${MAX_HITS} are shown.` : found
}

function hitView({ kind, title, detail, api, href }: SearchEntry, docs: string, index: number): HTMLAnchorElement {
  // The entries of the first page stand on `/docs`, without a slash at its end.
  const url = href.startsWith('#') ? docs.replace(/\/$/, '') + href : docs + href
  return element(
    'a',
    { id: `search-hit-${index}`, role: 'option', 'aria-selected': 'false', href: url, tabindex: '-1' },
    element('span', { class: 'hit-kind' }, kind),
    element('b', {}, title),
    element('span', { class: 'hit-api' }, api),
    element('span', { class: 'hit-detail' }, detail),
  )
}

function heedKey(event: KeyboardEvent, list: HTMLElement, input: HTMLInputElement): void {
  const at = [...list.children].findIndex((hit) => hit.getAttribute('aria-selected') === 'true')
  if (event.key === 'ArrowDown') choose(list, input, at + 1)
  else if (event.key === 'ArrowUp') choose(list, input, at - 1)
  else if (event.key === 'Enter') list.querySelectorAll('a')[at]?.click()
  // A search field would keep the first Escape for itself, to empty it.
  else if (event.key === 'Escape') input.closest('dialog')?.close()
  else return
  event.preventDefault()
}

function choose(list: HTMLElement, input: HTMLInputElement, wanted: number): void {
  const last = list.children.length - 1
  const index = Math.min(Math.max(wanted, 0), last)
  for (const [each, hit] of [...list.children].entries()) hit.setAttribute('aria-selected', String(each === index))
  const chosen = list.children[index]
  chosen?.scrollIntoView({ block: 'nearest' })
  if (chosen) input.setAttribute('aria-activedescendant', chosen.id)
  else input.removeAttribute('aria-activedescendant')
}
