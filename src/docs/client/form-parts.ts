/** One part of a multipart body. */
export interface FormPart {
  readonly name: string
  readonly fileName: string | undefined
  readonly type: string | undefined
  readonly text: string
}

/** The parts of a multipart body; `undefined` for any other body, and for one that does not read back as it was written. */
export function formPartsOf(contentType: string | undefined, body: string | undefined): FormPart[] | undefined {
  const boundary = /^multipart\/form-data;.*?boundary="?([^";]+)/i.exec(contentType ?? '')?.[1]
  if (boundary === undefined || body === undefined) return undefined
  const pieces = body.split(new RegExp(String.raw`(?:^|\r\n)--${boundary.replaceAll(/[^\w]/g, String.raw`\$&`)}(?:--)?(?:\r\n|$)`))
  const parts = pieces.slice(1, -1).map(partOf)
  const known = parts.filter((part) => part !== undefined)
  return known.length === parts.length && parts.length > 0 ? known : undefined
}

function partOf(piece: string): FormPart | undefined {
  const end = piece.indexOf('\r\n\r\n')
  const head = piece.slice(0, Math.max(end, 0))
  const name = /\bname="([^"]*)"/i.exec(head)?.[1]
  if (end < 0 || name === undefined) return undefined
  return {
    name,
    fileName: /\bfilename="([^"]*)"/i.exec(head)?.[1],
    type: /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim(),
    text: piece.slice(end + 4),
  }
}
