import { all } from './dom.ts'

/** On a narrow screen the bar at the top shows where the reader is, and the table of contents waits until it is asked for, and goes once it was used. */
export function foldContents(): void {
  document.querySelector('.bar [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  const narrow = matchMedia('(max-width: 56rem)')
  for (const fold of all('.side-fold')) {
    if (!(fold instanceof HTMLDetailsElement)) continue
    const fit = (): void => void (fold.open = !narrow.matches)
    fit()
    narrow.addEventListener('change', fit)
    fold.addEventListener('click', ({ target }) => {
      if (narrow.matches && target instanceof Element && target.closest('a')) fold.open = false
    })
  }
}

/** Marks in the table of contents what is being read, and keeps the mark in sight. */
export function followReading(): void {
  const links = new Map(
    all('.toc a').flatMap((link) => {
      const target = document.getElementById(decodeURIComponent(link.getAttribute('href')?.slice(1) ?? ''))
      return target ? [[sectionOf(target), link] as const] : []
    }),
  )
  const inSight = new Set<Element>()
  const observer = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) {
        if (isIntersecting) inSight.add(target)
        else inSight.delete(target)
      }
      const first = [...links.keys()].find((section) => inSight.has(section))
      for (const [section, link] of links) {
        if (section === first) markRead(link)
        else link.removeAttribute('aria-current')
      }
    },
    // The upper third of the window is where one reads.
    { rootMargin: '-10% 0px -65% 0px' },
  )
  for (const section of links.keys()) observer.observe(section)
}

function sectionOf(target: Element): Element {
  return target.closest('[data-operation], details[data-section], section') ?? target
}

function markRead(link: HTMLElement): void {
  if (link.getAttribute('aria-current') === 'location') return
  link.setAttribute('aria-current', 'location')
  const fold = link.closest('details.toc-tag')
  if (fold instanceof HTMLDetailsElement) fold.open = true
  const side = link.closest('.side-inner')
  if (!side) return
  const { top, bottom } = link.getBoundingClientRect()
  const room = side.getBoundingClientRect()
  if (top < room.top || bottom > room.bottom) side.scrollTop += top - room.top - room.height / 3
}
