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
