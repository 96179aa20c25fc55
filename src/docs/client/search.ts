import { all, reveal } from './dom.ts'

/** Shows the operations that have every word of the search, opens where they say it, and marks the words. */
export function search(): void {
  const input = document.querySelector('[data-search]')
  if (!(input instanceof HTMLInputElement)) return
  reveal('.search')
  const opened = new Set<HTMLDetailsElement>()
  input.form?.addEventListener('submit', (event) => event.preventDefault())
  input.addEventListener('input', () => find(input.value, opened))
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !isTyping(event.target)) {
      event.preventDefault()
      input.focus()
    }
    if (event.key === 'Escape' && event.target === input && input.value !== '') {
      input.value = ''
      find('', opened)
    }
  })
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}

function find(text: string, opened: Set<HTMLDetailsElement>): void {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  for (const details of opened) details.open = false
  opened.clear()
  const operations = all('[data-operation]')
  const found = operations.filter((operation) => showIf(operation, says(operation, words)))
  for (const entry of all('[data-entry]')) {
    showIf(
      entry,
      found.some((operation) => operation.dataset['operation'] === entry.dataset['entry']),
    )
  }
  for (const group of all('section.tag, .api-card'))
    showIf(group, words.length === 0 || all('[data-operation]', group).some((operation) => !operation.hidden))
  for (const section of all('section.plain, .intro, .steps')) section.hidden = words.length > 0
  const none = document.querySelector<HTMLElement>('[data-no-match]')
  if (none) none.hidden = found.length > 0
  const count = document.querySelector('[data-found]')
  if (count) count.textContent = words.length === 0 ? '' : `${found.length} of ${operations.length}`
  mark(found, words, opened)
}

function showIf(target: HTMLElement, visible: boolean): boolean {
  target.hidden = !visible
  return visible
}

function says(operation: HTMLElement, words: readonly string[]): boolean {
  const text = `${operation.textContent} ${operation.dataset['operation'] ?? ''}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** Marks by the CSS Custom Highlight API, which leaves the page's elements alone; browsers without it only open and filter. */
function mark(operations: readonly HTMLElement[], words: readonly string[], opened: Set<HTMLDetailsElement>): void {
  const ranges = operations.flatMap((operation) => textsOf(operation).flatMap((node) => occurrences(node, words)))
  for (const range of ranges) {
    for (
      let fold = range.startContainer.parentElement?.closest('details');
      fold;
      fold = fold.parentElement?.closest('details')
    ) {
      // The title of a fold is in sight anyway.
      if (fold.open || fold.querySelector(':scope > summary')?.contains(range.startContainer)) continue
      fold.open = true
      opened.add(fold)
    }
  }
  if ('highlights' in CSS) CSS.highlights.set('found', new Highlight(...ranges))
}

function textsOf(within: HTMLElement): Node[] {
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT)
  const nodes: Node[] = []
  while (walker.nextNode()) nodes.push(walker.currentNode)
  return nodes
}

function occurrences(node: Node, words: readonly string[]): Range[] {
  const text = (node.textContent ?? '').toLowerCase()
  return words.flatMap((word) => {
    const ranges: Range[] = []
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const range = document.createRange()
      range.setStart(node, at)
      range.setEnd(node, at + word.length)
      ranges.push(range)
    }
    return ranges
  })
}
