import { all, show } from './dom.ts'
import { load, loadSectionOf } from './sections.ts'

/** Follows an address such as `#getPerson-404` into what is folded away, now and whenever it changes. */
export function followAnchors(): void {
  addEventListener('hashchange', () => void follow())
  void follow()
}

/** `#id`, or `#operation:/pointer` for a place of the spec within an operation. */
async function follow(): Promise<void> {
  const [, id = '', pointer] = /^#([^:]+)(?::(\/.*))?$/.exec(location.hash) ?? []
  if (id === '') return
  const name = decoded(id)
  const target = document.getElementById(name) ?? (await loadSectionOf(name))
  if (!target) return
  if (target.matches('details[data-section]')) await load(target)
  const operation = target.querySelector('[data-operation]') ?? target.closest('[data-operation]')
  const place = pointer === undefined ? undefined : placeOf(decoded(pointer), operation)
  if (place) return flash(place.element)
  if (target instanceof HTMLDetailsElement) target.open = true
  show(target)
}

/** The element that shows a place of the spec, and which keyword of it is meant. */
export interface SpecPlace {
  readonly element: Element
  readonly pointer: string
  readonly keyword: string
}

/** What shows the place that a pointer names, or else the nearest one around it; rather in the operation than elsewhere. */
export function placeOf(pointer: string, operation: Element | null): SpecPlace | undefined {
  const within = operation ? nearest(pointer, all('[data-pointers]', operation)) : undefined
  const anywhere = nearest(pointer, all('[data-pointers]'))
  return within && anywhere && anywhere.pointer.length > within.pointer.length ? anywhere : (within ?? anywhere)
}

/** A copy of the line that tells why a place, or the keyword of it, is an assumption. */
export function assumptionAt({ element, keyword }: SpecPlace): Node | undefined {
  const single = element.querySelector(`:scope > .assumed > .why[data-keywords~="${CSS.escape(keyword)}"]`)
  const whole = element.closest('.assumed')?.querySelector(':scope > .why, :scope > .response-body > .why')
  return (single ?? whole)?.cloneNode(true)
}

/** Scrolls to a place and draws the eye to it. */
export function flash(target: Element): void {
  if (target instanceof HTMLDetailsElement) target.open = true
  show(target)
  target.classList.remove('flash')
  requestAnimationFrame(() => target.classList.add('flash'))
}

function nearest(pointer: string, elements: readonly HTMLElement[]): SpecPlace | undefined {
  let best: SpecPlace | undefined
  for (const element of elements) {
    for (const place of JSON.parse(element.dataset['pointers'] ?? '[]') as string[]) {
      const covers = pointer === place || pointer.startsWith(`${place}/`)
      if (covers && place.length > (best?.pointer.length ?? -1)) {
        best = { element, pointer: place, keyword: pointer.slice(place.length + 1).split('/', 1)[0] ?? '' }
      }
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
