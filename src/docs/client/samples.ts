import { element } from './dom.ts'
import { onCredentialChange, withCredential } from './page-credential.ts'
import { recall, remember } from './preferences.ts'
import { forEachSection } from './sections.ts'

const SHELL = 'Shell'
/** Where the mock's root is; a session's path prefix is part of it. */
const root = new URL(document.documentElement.dataset['root'] ?? './', location.href)

/** The language of a request's sample: chosen once for all of them, and remembered. */
export function codeSamples(): void {
  onCredentialChange(() => {
    for (const select of document.querySelectorAll<HTMLSelectElement>('select[data-samples]')) showWhenSeen(select)
  })
  forEachSection((section) => {
    for (const select of section.querySelectorAll<HTMLSelectElement>('select[data-samples]')) {
      select.hidden = false
      select.addEventListener('change', () => {
        remember('language', select.value)
        for (const other of document.querySelectorAll<HTMLSelectElement>('select[data-samples]')) {
          other.value = select.value
          showWhenSeen(other)
        }
      })
      const known = recall('language')
      if (known !== null && [...select.options].some(({ value }) => value === known)) select.value = known
      showWhenSeen(select)
    }
  })
}

/** The shell's command, which the page came with, by its block. */
const shells = new WeakMap<Element, string>()
const waiting = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    if (!isIntersecting || !(target instanceof HTMLSelectElement)) continue
    waiting.unobserve(target)
    void show(target)
  }
})

function showWhenSeen(select: HTMLSelectElement): void {
  waiting.unobserve(select)
  waiting.observe(select)
}

async function show(select: HTMLSelectElement): Promise<void> {
  const code = select.closest('.card')?.querySelector('code')
  if (!code) return
  if (!shells.has(code)) shells.set(code, code.textContent)
  const language = select.value
  if (language === SHELL) return write(code, shells.get(code) ?? '')
  try {
    const response = await fetch(new URL(select.dataset['samples'] ?? '', root))
    if (!response.ok) throw new Error(String(response.status))
    const samples = (await response.json()) as Record<string, string>
    if (select.value === language) write(code, samples[language] ?? shells.get(code) ?? '')
  } catch (error) {
    code.replaceChildren(element('span', {}, `The mock cannot be reached: ${String(error)}`))
  }
}

function write(code: Element, text: string): void {
  code.textContent = withCredential(text)
}
