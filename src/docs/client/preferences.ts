import { all, reveal } from './dom.ts'

/** Remembers from page to page how the reader wants assumptions and colours. */
export function preferences(): void {
  const chosen = recall('assumptions')
  for (const input of all('input[name=assumptions]')) {
    if (!(input instanceof HTMLInputElement)) continue
    if (input.value === chosen) input.checked = true
    input.addEventListener('change', () => remember('assumptions', input.value))
  }
  const theme = document.querySelector('[data-theme]')
  if (!(theme instanceof HTMLSelectElement)) return
  reveal('.theme')
  theme.value = recall('theme') ?? ''
  const apply = (): void => void (document.documentElement.style.colorScheme = theme.value || 'light dark')
  apply()
  theme.addEventListener('change', () => {
    remember('theme', theme.value)
    apply()
  })
}

/** A browser may forbid storage; then nothing is remembered. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`understudy-${name}`)
  } catch {
    return null
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`understudy-${name}`, value)
  } catch {
    // Without storage the choice holds for this page.
  }
}
