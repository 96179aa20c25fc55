import { all, element } from './dom.ts'
import { forEachSection } from './sections.ts'

const SHOWN_MS = 1500

/** Buttons that copy the code of their card. */
export function copyButtons(): void {
  forEachSection((section) => {
    for (const block of all('pre.code', section)) {
      const hasButton = block.closest('.copyable') !== null || block.closest('.card')?.querySelector('[data-copy]')
      if (!hasButton) withCopy(block)
    }
    for (const button of all('[data-copy]', section)) {
      button.hidden = false
      button.addEventListener(
        'click',
        () => void copy(button, button.closest('.card')?.querySelector('code')?.textContent ?? ''),
      )
    }
  })
}

/** A block of code, put where it stands into a box with a button that copies it; the box. */
export function withCopy(block: HTMLElement): HTMLElement {
  const button = element('button', { type: 'button', class: 'quiet' }, 'Copy')
  const box = element('div', { class: 'copyable' })
  block.replaceWith(box)
  box.append(block, button)
  button.addEventListener('click', () => void copy(button, block.textContent))
  return box
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
