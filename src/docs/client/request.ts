import { type FormPart, formPartsOf } from './form-parts.ts'

/** A name and its text, in the order in which they are sent. */
export type Pair = readonly [name: string, text: string]

/** A request before it is put together, so that each part can be edited. Nothing is percent-encoded yet. */
export interface RequestParts {
  readonly method: string
  /** The path prefix of one of the API's servers, `''` for the root. */
  readonly base: string
  /** The path template, such as `/v2/interactions/{id}`. */
  readonly path: string
  readonly pathValues: readonly Pair[]
  readonly query: readonly Pair[]
  readonly headers: readonly Pair[]
  readonly body: string | undefined
}

/** The complete URL below a root such as `http://127.0.0.1:4010`. */
export function urlOf(root: string, { base, path, pathValues, query }: RequestParts): string {
  const values = new Map(pathValues)
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => percentEncoded(values.get(name) ?? ''))
  const pairs = query.map(([name, text]) => `${queryEncoded(name)}=${queryEncoded(text)}`)
  return `${root}${base}${filled}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

/** The request as a command for a POSIX shell; a body with carriage returns needs bash or zsh. */
export function curlOf(root: string, parts: RequestParts): string {
  const { method, headers, body } = parts
  const method_ = method === 'GET' && body === undefined ? '' : ` -X ${method}`
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  const form = formPartsOf(contentType, body)
  const typed = contentType !== undefined
  return [
    `curl -i${method === 'HEAD' ? ' -I' : method_} ${quoted(urlOf(root, parts))}`,
    ...headers.filter(([name]) => !form || name.toLowerCase() !== 'content-type').map(([name, text]) => `-H ${quoted(text === '' ? `${name};` : `${name}: ${text}`)}`),
    // Left alone, curl calls every body a form.
    ...(body !== undefined && !typed ? ["-H 'content-type:'"] : []),
    ...(form ? form.map(formOption) : body === undefined ? [] : [bodyOption(indentedFurther(body))]),
  ].join(' \\\n  ')
}

/** A file is taken from the folder in which the command runs. */
function formOption({ name, fileName, type, text }: FormPart): string {
  if (fileName === undefined) return `--form-string ${quoted(`${name}=${text}`)}`
  return `-F ${quoted(`${name}=@${fileName}${type === undefined ? '' : `;type=${type}`}`)}`
}

/** JSON of several lines as deep as the option that has it; anything else as it is. */
function indentedFurther(body: string): string {
  return isJsonOfLines(body) ? body.replaceAll('\n', '\n  ') : body
}

function isJsonOfLines(body: string): boolean {
  if (!/^[[{]\n/.test(body)) return false
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}

function bodyOption(body: string): string {
  if (!body.includes('\r')) return `--data-raw ${quoted(body)}`
  const text = body
    .replaceAll(/[\\']/g, String.raw`\$&`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('\n', String.raw`\n`)
  return `--data-binary $'${text}'`
}

/** A slash needs no encoding in a query (RFC 3986, 3.4), and people read it better as it is. */
function queryEncoded(text: string): string {
  return percentEncoded(text).replaceAll('%2F', '/')
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
