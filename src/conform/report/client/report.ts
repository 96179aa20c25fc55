/** What the report does in a browser: it filters, copies and keeps the filter in the address. It reads the page's own elements only. */
const COPIED_MS = 1500

document.documentElement.classList.add('js')

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null
  const { copy } = button?.dataset ?? {}
  const source = copy === undefined ? null : button?.parentElement?.querySelector(copy)
  if (button && source) copyText(button, source)
})

const form = document.getElementById('filters')
if (form instanceof HTMLFormElement) filterBy(form)

function copyText(button: HTMLButtonElement, source: Element): void {
  const done = (): void => {
    button.textContent = 'Copied'
    setTimeout(() => (button.textContent = 'Copy'), COPIED_MS)
  }
  const fallback = (): void => selectAndCopy(source, done)
  // Pages that came over plain HTTP have no clipboard of their own, whatever the types say.
  const { clipboard } = navigator as { clipboard?: Clipboard }
  if (clipboard) void clipboard.writeText(source.textContent).then(done, fallback)
  else fallback()
}

function selectAndCopy(source: Element, done: () => void): void {
  getSelection()?.selectAllChildren(source)
  if (document.execCommand('copy')) done()
}

/** Shows the findings that fit the form, and writes what it says into the address. */
function filterBy(filters: HTMLFormElement): void {
  const entries = [...document.querySelectorAll<HTMLDetailsElement>('.entry')]
  const texts = entries.map(({ textContent }) => textContent.toLowerCase())
  const words = filters.elements.namedItem('q') as HTMLInputElement
  const kinds = [...filters.querySelectorAll<HTMLInputElement>('[name=kind]')]
  const choices = ['api', 'operation', 'check']
    .map((name) => filters.elements.namedItem(name))
    .filter((element) => element instanceof HTMLSelectElement)
  const toggle = document.getElementById('toggle')

  const visible = (): HTMLDetailsElement[] => entries.filter(({ hidden }) => !hidden)
  const allOpen = (): boolean => visible().every(({ open }) => open)
  const label = (): void => {
    if (toggle) toggle.textContent = allOpen() ? 'Collapse all' : 'Expand all'
  }

  const apply = (): void => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean)
    const allowed = new Set(kinds.filter(({ checked }) => checked).map(({ value }) => value))
    for (const [index, entry] of entries.entries()) {
      entry.hidden = !(
        allowed.has(entry.dataset['kind'] ?? '') &&
        choices.every(({ name, value }) => value === '' || entry.dataset[name]?.split(' ').includes(value)) &&
        wanted.every((word) => texts[index]?.includes(word))
      )
    }
    for (const group of document.querySelectorAll<HTMLElement>('.group'))
      group.hidden = group.querySelector('.entry:not([hidden])') === null
    const count = visible().length
    const none = document.getElementById('none')
    if (none) none.hidden = count > 0
    const shown = document.getElementById('shown')
    if (shown) shown.textContent = `${count} of ${entries.length} shown`
    remember(allowed)
    label()
  }

  const remember = (allowed: ReadonlySet<string>): void => {
    const state = new URLSearchParams()
    if (words.value !== '') state.set('q', words.value)
    for (const { name, value } of choices) if (value !== '') state.set(name, value)
    if (allowed.size < kinds.length) state.set('kind', [...allowed].join(' '))
    history.replaceState(null, '', `#${state}`)
  }

  const restore = (): void => {
    const state = new URLSearchParams(location.hash.slice(1))
    words.value = state.get('q') ?? ''
    for (const choice of choices) {
      choice.value = state.get(choice.name) ?? ''
      if (choice.selectedIndex < 0) choice.value = ''
    }
    const allowed = state.get('kind')?.split(' ')
    for (const box of kinds) box.checked = allowed === undefined || allowed.includes(box.value)
    apply()
  }

  filters.addEventListener('submit', (event) => event.preventDefault())
  filters.addEventListener('input', apply)
  addEventListener('hashchange', restore)
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null
    if (button && 'reset' in button.dataset) {
      history.replaceState(null, '', '#')
      restore()
    }
    if (button !== null && button === toggle) {
      const open = !allOpen()
      for (const entry of visible()) entry.open = open
      label()
    }
  })
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.closest('input, select') !== null
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return
    event.preventDefault()
    words.focus()
  })
  restore()
}
