/** One part of a form. */
export interface Part {
  readonly name: string | undefined
  /** Set where the part is a file; an empty one says that none was chosen. */
  readonly fileName: string | undefined
  readonly content: Buffer
}

/** The parts of a multipart/form-data body; undefined when it is none. */
export function partsOf(body: Buffer, contentType: string): readonly Part[] | undefined {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i
    .exec(contentType)
    ?.slice(1)
    .find((one) => one !== undefined)
  if (boundary === undefined) return undefined
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // So that the first delimiter, which may have no line break before it, looks like the others.
  const text = Buffer.concat([Buffer.from('\r\n'), body])
  const parts: Part[] = []
  let start = text.indexOf(delimiter)
  while (start !== -1) {
    const from = start + delimiter.length
    if (text.subarray(from, from + 2).toString() === '--') return parts
    const end = text.indexOf(delimiter, from)
    if (end === -1) return undefined
    const part = partOf(text.subarray(from, end))
    if (part === undefined) return undefined
    parts.push(part)
    start = end
  }
  return undefined
}

function partOf(bytes: Buffer): Part | undefined {
  const blank = bytes.indexOf('\r\n\r\n')
  if (blank === -1) return undefined
  const head = bytes.subarray(0, blank).toString('utf8')
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
  return { name: parameter(disposition, 'name'), fileName: fileNameOf(disposition), content: bytes.subarray(blank + 4) }
}

function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(disposition)
  return match === null ? undefined : (match[1]?.replaceAll(/\\(["\\])/g, '$1') ?? match[2])
}

function fileNameOf(disposition: string): string | undefined {
  const extended = /;\s*filename\*=utf-8''([^;\s]+)/i.exec(disposition)?.[1]
  return extended === undefined ? parameter(disposition, 'filename') : decodeURIComponent(extended)
}
