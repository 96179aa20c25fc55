/** Fields of a form, percent-encoded. */
export const FORM = 'application/x-www-form-urlencoded'

/** Whether a media type, with or without parameters, is JSON (RFC 8259) or has it as its suffix (RFC 6839, section 3.1). */
export function isJson(mediaType: string): boolean {
  return /^[\w.-]+\/(?:json|[\w.-]+\+json)\b/i.test(mediaType)
}

/** A media type as it is compared: lower case, without parameters. */
export function mediaTypeName(mediaType: string): string {
  return mediaType.toLowerCase().replace(/\s*;.*/s, '').trim()
}

/** Whether a media type, with or without parameters, is XML (RFC 7303). */
export function isXml(mediaType: string): boolean {
  return /^(?:application|text)\/xml\b|\+xml\b/i.test(mediaType)
}

/** Whether a body of a media type is a value that a schema describes property by property; anything is under the widest range. */
export function isStructured(mediaType: string): boolean {
  return isJson(mediaType) || isXml(mediaType) || mediaType === '*/*'
}
