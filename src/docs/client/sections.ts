import { all, element } from './dom.ts'

/** What has to be done with an operation once it is there, such as showing its buttons. */
type Prepare = (section: HTMLElement) => void

const prepared: Prepare[] = []

/** Runs now for the operations that the page came with, and later for each that is loaded. */
export function forEachSection(prepare: Prepare): void {
  prepared.push(prepare)
  prepare(document.body)
}

/** On a large page an operation is loaded when it is opened. */
export function loadSections(): void {
  for (const fold of all('details[data-section]'))
    fold.addEventListener('toggle', () => {
      if (fold instanceof HTMLDetailsElement && fold.open) void load(fold)
    })
}

/** Opens and loads the operation that an id such as `getPet` or `getPet-404` belongs to; what has the id then. */
export async function loadSectionOf(id: string): Promise<HTMLElement | null> {
  const folds = all('details[data-section]').filter(({ dataset }) => id.startsWith(`${dataset['section'] ?? ''}-`))
  const fold = folds.toSorted((one, other) => (other.dataset['section'] ?? '').length - (one.dataset['section'] ?? '').length)[0]
  if (!(fold instanceof HTMLDetailsElement)) return null
  fold.open = true
  await load(fold)
  return document.getElementById(id)
}

const loads = new WeakMap<HTMLElement, Promise<void>>()

/** Loads an operation once; a second call waits for the first. */
export function load(fold: HTMLElement): Promise<void> {
  const known = loads.get(fold)
  if (known) return known
  const loading = fetchInto(fold)
  loads.set(fold, loading)
  return loading
}

async function fetchInto(fold: HTMLElement): Promise<void> {
  const room = fold.querySelector<HTMLElement>('[data-room]')
  const href = fold.dataset['href']
  if (!room || href === undefined) return
  try {
    const response = await fetch(new URL(href, location.href))
    if (!response.ok) throw new Error(String(response.status))
    // The mock made it, as it made this page: escaped, and under a policy that runs no inline script.
    const parsed = new DOMParser().parseFromString(await response.text(), 'text/html')
    const section = parsed.querySelector('section[data-operation]')
    // The fold has the heading already, and its id.
    for (const each of section?.querySelectorAll(':scope > h1, :scope > h2, :scope > h3, :scope > .request-line') ?? []) each.remove()
    room.replaceChildren(...(section ? [section] : []))
    for (const prepare of prepared) prepare(room)
  } catch (error) {
    loads.delete(fold)
    room.replaceChildren(element('p', { class: 'failure' }, `The mock cannot be reached: ${String(error)}`))
  }
}
