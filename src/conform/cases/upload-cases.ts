import { limitsOf } from '../../openapi/extensions.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import type { Expectation, FlowCase, RequestCase } from '../case.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Exchanged } from '../transport/transport.ts'
import type { BaseRequest } from './body-cases.ts'
import type { Context } from '../context.ts'
import { requestOf } from './draft.ts'
import { flowCase, isOk, seen, type FlowContext } from '../flows/flow-case.ts'
import { refusal, requestCase, success } from './request-case.ts'
import { whyStatus } from '../checks/why-status.ts'

/** Forms with as many and as large files as the response 413 allows by `x-limits`, and with more. */
export function uploadLimitCases(context: Context, base: BaseRequest): RequestCase[] {
  const { draft, given, status } = base
  const { operation } = draft
  const declared = operation.responses['413']
  const boundary = boundaryOf(base)
  if (!declared || boundary === undefined) return []
  const limitCase = (name: string, files: readonly Buffer[], expectation: Expectation): RequestCase =>
    requestCase(context, {
      name,
      kind: 'protocol',
      draft: { ...draft, body: { kind: 'raw', data: formOf(boundary, partsOf(files)) } },
      expectation,
      pointer: declared.pointer,
      why: whyStatus(context, operation, '413'),
      given,
    })
  const { files: maxFiles, fileBytes: maxBytes } = limitsOf(valueAt(context.api.document, declared.pointer))
  const accepted = success(operation, status)
  const refused = refusal(['413'], 'size-accepted')
  return [
    ...(maxFiles === undefined
      ? []
      : [
          limitCase('form has as many files as the limit', filesOf(maxFiles), accepted),
          limitCase('form has one file more than the limit', filesOf(maxFiles + 1), refused),
        ]),
    ...(maxBytes === undefined
      ? []
      : [
          limitCase('form has a file as large as the limit', [Buffer.alloc(maxBytes)], accepted),
          limitCase('form has a file larger than the limit', [Buffer.alloc(maxBytes + 1)], refused),
        ]),
  ]
}

/** However many files a form has, under whatever names, each of them counts, and comes back by its own name if any does. */
export function uploadNameFlows(context: Context, base: BaseRequest): FlowCase[] {
  const { draft } = base
  const { operation } = draft
  const boundary = boundaryOf(base)
  if (boundary === undefined || operation.requestBody === undefined) return []
  return [
    flowCase(context, {
      name: 'every file of a form counts',
      kind: 'state',
      operation,
      pointer: operation.requestBody.pointer,
      why: assumptionAt(context.api.document, operation.requestBody.pointer),
      checks: ['echo'],
      play: (flow) =>
        sendForms(flow, async (parts) =>
          flow.send(requestOf({ ...draft, body: { kind: 'raw', data: formOf(boundary, parts) } }), operation),
        ),
    }),
  ]
}

async function sendForms(flow: FlowContext, send: (parts: readonly FormPart[]) => Promise<Exchanged>): Promise<void> {
  const [one, two] = [await send(partsOf(filesOf(1))), await send(partsOf(filesOf(2)))]
  if (!isOk(one) || !isOk(two)) flow.notReached(`one file or two are refused: ${seen(two)}`)
  const items = (answer: Exchanged): number => (isOk(answer) ? itemsIn(jsonOf(answer)) : NaN)
  const expect = (what: string, answer: Exchanged, count: number): void => {
    if (items(answer) === count) return
    flow.fail('echo', `${what} in a form are not answered like two of two names`, {
      expected: `${count} items in lists`,
      got: seen(answer),
    })
  }
  const twice = partsOf(filesOf(2))
  const each = items(two) - items(one)
  expect('many files', await send(partsOf(filesOf(MANY))), items(one) + (MANY - 1) * each)
  // RFC 7578, section 4.3: several files are sent under one name.
  expect('two files under one name', await send(twice.map((part) => ({ ...part, name: 'understudy' }))), items(two))
  expect('two files called the same', await send(twice.map((part) => ({ ...part, fileName: 'a.bin' }))), items(two))
  await sendNames(flow, one, send)
}

async function sendNames(
  flow: FlowContext,
  plain: Exchanged,
  send: (parts: readonly FormPart[]) => Promise<Exchanged>,
): Promise<void> {
  const [part] = partsOf(filesOf(1)) as [FormPart]
  const long = await send([{ ...part, fileName: LONG_NAME }])
  const isNamed = isOk(long) && (!textOf(plain).includes(part.fileName) || textOf(long).includes(LONG_NAME))
  if (!isNamed)
    flow.fail('echo', 'the long name of a file does not come back', { expected: LONG_NAME, got: seen(long) })
  // What becomes of a folder in a name only the schema of the answer can tell.
  await send([{ ...part, fileName: `folder/${part.fileName}` }])
}

const MANY = 8
const LONG_NAME = `understudy-${'with-a-name-that-is-long-'.repeat(4)}.bin`

interface FormPart {
  readonly name: string
  readonly fileName: string
  readonly content: Buffer
}

function partsOf(files: readonly Buffer[]): readonly FormPart[] {
  return files.map((content, index) => ({ name: `file${index}`, fileName: `understudy-${index}.bin`, content }))
}

function boundaryOf({ draft }: BaseRequest): string | undefined {
  return /^multipart\/form-data;.*boundary=([^\s;]+)/.exec(draft.contentType ?? '')?.[1]
}

function textOf({ outcome }: Exchanged): string {
  return outcome.kind === 'answer' ? outcome.text : ''
}

/** How many items all lists of an answer have. */
function itemsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + 1 + itemsIn(each), 0)
  return isObject(value) ? itemsIn(Object.values(value)) - Object.keys(value).length : 0
}

function filesOf(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`understudy ${index}`))
}

function formOf(boundary: string, parts: readonly FormPart[]): Uint8Array {
  const written = parts.flatMap(({ name, fileName, content }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ),
    content,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...written, Buffer.from(`--${boundary}--\r\n`)])
}
