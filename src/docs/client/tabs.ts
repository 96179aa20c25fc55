/** Of tabs beside each other one is open: opening one closes the others, wherever it was opened from. */
export function exclusiveTabs(): void {
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (!(target instanceof HTMLDetailsElement) || !target.open || !target.matches('.tabs > .tab')) return
      for (const other of target.parentElement?.children ?? [])
        if (other !== target && other instanceof HTMLDetailsElement) other.open = false
    },
    // A toggle does not bubble.
    { capture: true },
  )
}
