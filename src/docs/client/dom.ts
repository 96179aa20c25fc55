export type Child = Node | string | false | undefined

type Attributes = Readonly<Record<string, string | boolean | undefined>>

/** Makes an element; texts become text nodes, never HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '')
    else if (typeof value === 'string') made.setAttribute(name, value)
  }
  made.append(...children.filter((child) => child !== false && child !== undefined))
  return made
}

/** The elements that a selector finds, as a list. */
export function all(selector: string, within: ParentNode = document): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(selector)]
}

/** Shows what only works with this script. */
export function reveal(selector: string): void {
  for (const found of all(selector)) found.hidden = false
}

/** Opens whatever an element is folded into, and scrolls there: to the top of the window, or no further than needed. */
export function show(target: Element, block: 'start' | 'nearest' = 'start'): void {
  for (let fold = target.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null)
    fold.open = true
  target.scrollIntoView({ block })
}
