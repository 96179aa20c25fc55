import { all } from './dom.ts'
import { forEachSection } from './sections.ts'

const SHOWN_MS = 1500

/** Buttons that copy the code of their card. */
export function copyButtons(): void {
  forEachSection((section) => {
    for (const button of all('[data-copy]', section)) {
      button.hidden = false
      button.addEventListener(
        'click',
        () => void copy(button, button.closest('.card')?.querySelector('code')?.textContent ?? ''),
      )
    }
  })
}

/** Copies, and says on the button whether it worked. */
export async function copy(button: HTMLElement, text: string): Promise<void> {
  const label = button.textContent
  button.textContent = await navigator.clipboard.writeText(text).then(
    () => 'Copied',
    () => 'Not allowed',
  )
  setTimeout(() => (button.textContent = label), SHOWN_MS)
}
