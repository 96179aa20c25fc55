import { answerView, failureView } from './answer.ts'
import { choice, type Choice } from './choice.ts'
import { copy } from './copy.ts'
import { element } from './dom.ts'
import { createPairList, createValueList } from './pair-list.ts'
import { historyView, noteSent } from './history.ts'
import { curlOf, type Pair, type RequestParts, urlOf } from './request.ts'
import { chosenCredential, onCredentialChange, withTyped } from './page-credential.ts'
import { makeTrue, resetMock, sendRequest } from './send.ts'
import { withSignature } from './signature.ts'
import type { TryCredential, TryData, TryOperation, TryScenario } from './try-data.ts'

export interface FormOptions {
  readonly data: TryData
  readonly operationId: string
  readonly operation: TryOperation
  /** The name of the scenario to begin with. */
  readonly scenario: string
  readonly root: string
}

/** A request that can be edited and sent, and below it what the mock answers. */
export function createForm(options: FormOptions): HTMLElement {
  const { operation, root } = options
  const fields = createFields(options)
  const answer = element('div', { class: 'answer', 'aria-live': 'polite' })
  const send = element('button', { type: 'submit', class: 'primary' }, 'Send')
  const asCurl = element('button', { type: 'button', class: 'quiet' }, 'Copy as curl')
  const reset = element('button', { type: 'button', class: 'quiet' }, 'Reset the mock')
  const form = element(
    'form',
    { class: 'try-form' },
    ...fields.elements,
    element('div', { class: 'actions' }, send, asCurl, reset),
    answer,
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit(options, fields, answer)
  })
  asCurl.addEventListener('click', () => void copy(asCurl, curlOf(root, fields.request())))
  reset.addEventListener('click', () => void backToSeed(root, answer))
  fields.fill(scenarioOf(operation, options.scenario) ?? operation.scenarios[0])
  return form
}

interface Fields {
  readonly elements: readonly HTMLElement[]
  fill(scenario: TryScenario | undefined): void
  scenario(): TryScenario | undefined
  /** Whether the states of the scenario are to be made true first. */
  wantsStates(): boolean
  request(): RequestParts
  /** The credential that was chosen; its headers are among those of the request. */
  credential(): TryCredential | undefined
  /** A file in place of the body, if one was chosen. */
  file(): File | undefined
}

function createFields({ data, operation }: FormOptions): Fields {
  const scenario = choice('Scenario', scenarioGroups(operation))
  const credential = choice('Credential', credentialGroups(data))
  const base = choice('Base path', [{ options: data.bases.map((each) => ({ value: each, label: each || '/' })) }])
  const given = element('div', { class: 'given' })
  const pathValues = createValueList('Path')
  const query = createPairList('Query', 'parameter')
  const headers = createPairList('Headers', 'header')
  const body = element('textarea', { 'aria-label': 'Body', spellcheck: 'false', autocomplete: 'off' })
  const file = element('input', { type: 'file', 'aria-label': 'File' })
  const bodyField = element('fieldset', {}, element('legend', {}, 'Body'), body, takesFiles(operation) && file)
  let template: RequestParts | undefined
  let sent: Carried = nothingCarried

  const fill: Fields['fill'] = (chosen) => {
    if (!chosen) return
    template = chosen.request
    scenario.select.value = chosen.name
    credential.select.value = chosen.credential ?? ''
    sent = carriedBy(data, chosen.credential)
    given.replaceChildren(...givenBlock(chosen))
    base.select.value = template.base
    pathValues.write(template.pathValues)
    query.write(withTyped(template.query, 'query'))
    headers.write(withTyped(template.headers, 'headers'))
    usePageCredential(chosen)
    body.value = template.body ?? ''
    body.rows = Math.min(Math.max(body.value.split('\n').length, 2), 22)
    bodyField.hidden = operation.mediaTypes.length === 0 && template.body === undefined
  }
  scenario.select.addEventListener('change', () =>
    fill(scenarioOf(operation, scenario.select.value)),
  )
  const carry = (): void => {
    const next = carriedBy(data, credential.select.value)
    headers.write(exchanged(headers.read(), sent.headers, next.headers))
    query.write(exchanged(query.read(), sent.query, next.query))
    sent = next
  }
  /** A scenario that shows a refusal keeps the credential that it is about. */
  const usePageCredential = ({ status, credential: own }: TryScenario): void => {
    const id = chosenCredential()
    if (id === undefined || own === null || status >= 400) return
    credential.select.value = id
    carry()
  }
  credential.select.addEventListener('change', carry)
  onCredentialChange(() => fill(scenarioOf(operation, scenario.select.value)))
  return {
    elements: [
      element('div', { class: 'choices' }, scenario.element, credential.element, noteOn(data), data.bases.length > 1 && base.element),
      given,
      pathValues.element,
      query.element,
      headers.element,
      bodyField,
    ],
    fill,
    scenario: () => scenarioOf(operation, scenario.select.value),
    wantsStates: () => given.querySelector('input')?.checked ?? false,
    request: () => ({
      method: template?.method ?? 'GET',
      base: base.select.value,
      path: template?.path ?? '/',
      pathValues: pathValues.read(),
      query: query.read(),
      headers: headers.read(),
      body: body.value === '' ? undefined : body.value,
    }),
    credential: () => data.credentials.find(({ id }) => id === credential.select.value),
    file: () => file.files?.[0],
  }
}

function scenarioOf({ scenarios }: TryOperation, wanted: string): TryScenario | undefined {
  return scenarios.find(({ name }) => name === wanted)
}

function scenarioGroups({ scenarios }: TryOperation): Choice[] {
  const options = (list: readonly TryScenario[]): Choice['options'] =>
    list.map(({ name, status, description }) => ({ value: name, label: `${status} · ${description}` }))
  return [
    { label: 'Succeeds', options: options(scenarios.filter(({ status }) => status < 400)) },
    { label: 'Is refused', options: options(scenarios.filter(({ status }) => status >= 400)) },
  ]
}

function credentialGroups({ credentials }: TryData): Choice[] {
  const options = (works: boolean): Choice['options'] =>
    credentials
      .filter((credential) => credential.works === works)
      .map(({ id, description }) => ({ value: id, label: `${id} · ${description}` }))
  return [
    { options: [{ value: '', label: 'None' }] },
    { label: 'Works', options: options(true) },
    { label: 'Is refused', options: options(false) },
  ]
}

/** The parts of a request that a credential makes up. */
type Carried = Pick<TryCredential, 'headers' | 'query'>

const nothingCarried: Carried = { headers: [], query: [] }

function carriedBy({ credentials }: TryData, id: string | null): Carried {
  const { headers, query } = credentials.find((credential) => credential.id === id) ?? nothingCarried
  return { headers: withTyped(headers, 'headers'), query: withTyped(query, 'query') }
}

/** Pairs in which one credential gave way to another. */
function exchanged(pairs: readonly Pair[], before: readonly Pair[], next: readonly Pair[]): Pair[] {
  const replaced = new Set([...before, ...next].map(([name]) => name.toLowerCase()))
  return [...next, ...pairs.filter(([name]) => !replaced.has(name.toLowerCase()))]
}

function noteOn({ acceptsAny, credentials }: TryData): HTMLElement | false {
  return (
    acceptsAny &&
    credentials.length > 0 &&
    element('p', { class: 'note' }, 'This mock accepts any value as a credential, but one has to be sent.')
  )
}

function givenBlock({ given }: TryScenario): HTMLElement[] {
  if (given.length === 0) return []
  const label = element(
    'label',
    { class: 'check' },
    element('input', { type: 'checkbox', checked: true }),
    ' First make true that',
  )
  const list = given.map(({ state, params }) =>
    element('li', {}, state, ' ', element('code', {}, JSON.stringify(params))),
  )
  return [label, element('ul', {}, ...list)]
}

function takesFiles({ mediaTypes }: TryOperation): boolean {
  return mediaTypes.includes('multipart/form-data')
}

async function submit(options: FormOptions, fields: Fields, answer: HTMLElement): Promise<void> {
  const { root, data } = options
  answer.replaceChildren(element('p', { class: 'muted' }, 'Waiting for the answer …'))
  const scenario = fields.scenario()
  try {
    if (fields.wantsStates()) await makeTrue(root, scenario?.given ?? [])
    const request = await withSignature(root, fields.request(), fields.credential())
    const startedAt = performance.now()
    const response = await sendRequest(root, request, fields.file())
    const text = await response.text()
    noteSent({ method: request.method, url: urlOf('', request), status: response.status })
    answer.replaceChildren(
      answerView({
        ...options,
        file: data.file,
        response,
        text,
        tookMs: performance.now() - startedAt,
        expected: scenario?.status,
      }),
      historyView(),
    )
  } catch (error) {
    answer.replaceChildren(failureView(error))
  }
  answer.scrollIntoView({ block: 'nearest' })
}

async function backToSeed(root: string, answer: HTMLElement): Promise<void> {
  try {
    await resetMock(root)
    answer.replaceChildren(element('p', { class: 'muted' }, 'The mock is back at its seed.'))
  } catch (error) {
    answer.replaceChildren(failureView(error))
  }
}
