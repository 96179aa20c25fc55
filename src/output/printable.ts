/**
 * A text with its control characters, and those that turn the direction of writing, as `\u001b`: what somebody else sent must
 * not steer the terminal of who reads it.
 */
export function printable(text: string): string {
  return text.replaceAll(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// oxlint-disable-next-line no-control-regex -- control characters are what has to go
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
