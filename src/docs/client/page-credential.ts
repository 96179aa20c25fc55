import type { Pair } from './request.ts'

/** What the reader chose for all requests of a page. */
interface Chosen {
  /** A credential of the mock, or nothing. */
  readonly id?: string
  /** What was typed in, where the mock accepts any value. */
  readonly typed: readonly Typed[]
}

interface Typed {
  /** The scheme of an `authorization` header, or where a key is sent: `header`, `query` or `cookie`. */
  readonly place: string
  readonly name: string
  readonly value: string
}

const changed: (() => void)[] = []

/** The one place of a page that says which credential its forms and samples carry. It is remembered for the time of the tab. */
export function pageCredential(): void {
  const box = choiceBox()
  if (!box) return
  box.hidden = false
  restore(box)
  box.addEventListener('change', () => {
    keep(box)
    for (const tell of changed) tell()
  })
}

/** Calls back whenever another credential was chosen. */
export function onCredentialChange(tell: () => void): void {
  changed.push(tell)
}

/** The id of the credential that was chosen for the page. */
export function chosenCredential(): string | undefined {
  return chosen().id
}

/** Headers or query parameters with what was typed in, in the place of what was made up. */
export function withTyped(pairs: readonly Pair[], within: 'headers' | 'query'): Pair[] {
  const { typed } = chosen()
  return pairs.map(([name, text]): Pair => [name, typed.reduce((value, each) => replaced(name, value, each, within), text)])
}

/** The text of a sample with the chosen credential in the place of the one that it came with. */
export function withCredential(sample: string): string {
  const box = choiceBox()
  if (!box) return sample
  const { id, typed } = chosen()
  const options = [...box.querySelectorAll('option')]
  const wanted = headersOf(options.find(({ value }) => value === id && value !== ''))
  let text = sample
  for (const [name, value] of Object.entries(wanted)) {
    const known = options.flatMap((option) => headersOf(option)[name] ?? [])
    const current = known.toSorted((one, other) => other.length - one.length).find((each) => text.includes(each))
    if (current !== undefined) text = text.replaceAll(current, value)
  }
  return typed.reduce(typedInto, text)
}

/** Made-up values as `any-credential.ts` writes them. */
const madeUp: Readonly<Record<string, string>> = { bearer: 'any-token', basic: btoa('any:any') }

function typedInto(text: string, { place, name, value }: Typed): string {
  // What would have to be quoted is left to the reader.
  if (/['"\\`$\s]/.test(value)) return text
  if (place === 'bearer' || place === 'basic') {
    const scheme = place === 'bearer' ? 'Bearer' : 'Basic'
    return text.replaceAll(`${scheme} ${madeUp[place] ?? ''}`, `${scheme} ${place === 'basic' ? btoa(value) : value}`)
  }
  const literal = name.replaceAll(/[^\w-]/g, String.raw`\$&`)
  return text.replaceAll(new RegExp(`(${literal}\\W{1,5})any-key`, 'gi'), (_, before: string) => before + value)
}

function replaced(name: string, text: string, { place, name: key, value }: Typed, within: 'headers' | 'query'): string {
  if (within === 'query') return place === 'query' && name === key ? value : text
  const header = name.toLowerCase()
  if (place === 'header') return header === key.toLowerCase() ? value : text
  if (place === 'cookie' && header === 'cookie')
    return text.replaceAll(/([^=;\s]+)=([^;]*)/g, (pair, cookie) => (cookie === key ? `${key}=${value}` : pair))
  if (header !== 'authorization' || !text.toLowerCase().startsWith(`${place} `)) return text
  return `${text.slice(0, place.length)} ${place === 'basic' ? btoa(value) : value}`
}

function choiceBox(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[data-page-credential]')
}

function headersOf(option: HTMLOptionElement | undefined): Readonly<Record<string, string>> {
  return JSON.parse(option?.dataset['headers'] ?? '{}') as Record<string, string>
}

function chosen(): Chosen {
  const box = choiceBox()
  const id = box?.querySelector('select')?.value ?? ''
  const inputs = [...(box?.querySelectorAll('input') ?? [])].filter(({ value }) => value !== '')
  const typed = inputs.map(({ dataset, value }) => ({ place: dataset['place'] ?? '', name: dataset['name'] ?? '', value }))
  return { ...(id !== '' && { id }), typed }
}

function fieldsOf(box: HTMLElement): (HTMLInputElement | HTMLSelectElement)[] {
  return [...box.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')]
}

const keyOf = ({ dataset }: HTMLElement): string => `understudy-credential-${dataset['pageCredential'] ?? ''}`

function keep(box: HTMLElement): void {
  try {
    sessionStorage.setItem(keyOf(box), JSON.stringify(fieldsOf(box).map(({ value }) => value)))
  } catch {
    // Without storage the choice holds for this page.
  }
}

function restore(box: HTMLElement): void {
  try {
    const values = JSON.parse(sessionStorage.getItem(keyOf(box)) ?? '[]') as string[]
    for (const [index, field] of fieldsOf(box).entries()) field.value = values[index] ?? field.value
  } catch {
    // Nothing is remembered.
  }
}
