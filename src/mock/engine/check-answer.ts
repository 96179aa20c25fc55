import type { HeaderSpec, MediaTypeSpec, Pointer, ResponseSpec } from '../../openapi/api.ts'
import { isOfHost } from './declared-headers.ts'
import { decodeText } from '../../openapi/parameter.ts'
import { pointerTo } from '../../openapi/pointer.ts'

export interface CheckedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface Breach {
  readonly pointer: Pointer
  readonly message: string
}

/** The first way in which an answer breaks its declared response. */
export function checkAnswer(spec: ResponseSpec, answer: CheckedAnswer): Breach | undefined {
  return checkHeaders(spec, answer) ?? checkBody(spec, answer)
}

function checkHeaders(spec: ResponseSpec, answer: CheckedAnswer): Breach | undefined {
  for (const name in spec.headers) {
    const header = spec.headers[name] as HeaderSpec
    const text = answer.headers[name]
    if (text === undefined) {
      if (header.required && !isOfHost(name))
        return { pointer: header.pointer, message: `the required header ${name} is missing` }
      continue
    }
    const [error] = header.validate(decodeText(text, header.types))
    if (error) return { pointer: error.pointer, message: `header ${name} ${error.message}` }
  }
  return undefined
}

function checkBody(spec: ResponseSpec, answer: CheckedAnswer): Breach | undefined {
  if (answer.body === undefined) return undefined
  const type = answer.headers['content-type'] ?? ''
  const semicolon = type.indexOf(';')
  const media = mediaFor(spec.content, semicolon < 0 ? type : type.slice(0, semicolon))
  // A refusal of which the document says no more than its status may say why in any words.
  if (!media && answer.status >= 400 && Object.keys(spec.content).length === 0) return undefined
  if (!media)
    return { pointer: pointerTo(spec.pointer, 'content'), message: `the content type ${type} is not declared` }
  const [error] = media.validate(answer.body)
  return error && { pointer: error.pointer, message: `body ${error.at} ${error.message}` }
}

/** What is declared for a media type: by its name, or by a range that it lies in. */
export function mediaFor(content: Readonly<Record<string, MediaTypeSpec>>, type: string): MediaTypeSpec | undefined {
  return content[type] ?? content[`${type.slice(0, type.indexOf('/'))}/*`] ?? content['*/*']
}
