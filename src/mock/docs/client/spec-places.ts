import { all, show } from './dom.ts'

/** Follows an address such as `#getPerson-404` into what is folded away, now and whenever it changes. */
export function followAnchors(): void {
  const follow = (): void => {
    const target = location.hash.length > 1 ? document.getElementById(decoded(location.hash.slice(1))) : null
    if (!target) return
    if (target instanceof HTMLDetailsElement) target.open = true
    show(target)
  }
  addEventListener('hashchange', follow)
  follow()
}

/** The element that shows the place of the spec that a pointer names, or else the nearest one around it. */
export function placeOf(pointer: string, operation: Element | null): Element | undefined {
  const within = operation ? nearest(pointer, all('[data-pointers]', operation)) : undefined
  const anywhere = nearest(pointer, all('[data-pointers]'))
  return (within && anywhere && anywhere.length > within.length ? anywhere : (within ?? anywhere))?.element
}

/** Scrolls to a place and draws the eye to it. */
export function flash(target: Element): void {
  if (target instanceof HTMLDetailsElement) target.open = true
  show(target)
  target.classList.remove('flash')
  requestAnimationFrame(() => target.classList.add('flash'))
}

function nearest(pointer: string, elements: readonly HTMLElement[]): { element: Element; length: number } | undefined {
  let best: { element: Element; length: number } | undefined
  for (const element of elements) {
    for (const place of JSON.parse(element.dataset['pointers'] ?? '[]') as string[]) {
      const covers = pointer === place || pointer.startsWith(`${place}/`)
      if (covers && place.length > (best?.length ?? -1)) best = { element, length: place.length }
    }
  }
  return best
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
