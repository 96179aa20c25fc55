/** The smallest files that programs open, one character for each byte. */
const files: Readonly<Record<string, string>> = {
  'image/png': decoded(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  ),
  'image/gif': decoded('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'),
  'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
  'application/zip': decoded('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=='),
  'application/pdf': `%PDF-1.1
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`,
  'text/html': '<!doctype html><title>Understudy</title>',
  'text/plain': 'understudy',
  'application/octet-stream': 'understudy',
}

/** A file of a media type, as a string of bytes (latin1); `undefined` for types that hold structured values. */
export function fileOf(mediaType: string): string | undefined {
  const type = concreteType(mediaType)
  const known = files[type]
  if (known !== undefined) return known
  if (/^(?:image|audio|video|font)\//.test(type) && !type.endsWith('+xml')) return 'understudy'
  return undefined
}

/** Whether a body of a media type is bytes and not text. */
export function isBinary(mediaType: string): boolean {
  return /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:pdf|zip|gzip|octet-stream))/.test(mediaType)
}

const ofRange: Readonly<Record<string, string>> = {
  image: 'image/png',
  text: 'text/plain',
  application: 'application/json',
}

/** A media type that an answer can have where the document declares a range. */
export function concreteType(mediaType: string): string {
  const [type = ''] = mediaType.split(';', 1)
  if (!type.includes('*')) return type.trim()
  return ofRange[type.split('/', 1)[0] ?? ''] ?? 'application/json'
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}
