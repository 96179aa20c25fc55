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
