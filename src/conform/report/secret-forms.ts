/** Secrets by the name of the environment variable that holds each. */
export type Secrets = Readonly<Record<string, string>>

/** A text that gives a secret away, and the variable that holds the secret. */
interface SecretForm {
  readonly text: string
  readonly name: string
}

/** Base64 that short would hide ordinary words. */
const MIN_BASE64 = 8

/** Every form in which secrets usually appear, the longest first: as they are, percent-encoded, in JSON, in Base64 of more than them. */
export function secretForms(secrets: Secrets): SecretForm[] {
  const forms = Object.entries(secrets).flatMap(([name, secret]) =>
    secret === '' ? [] : [...new Set(formsOf(secret))].map((text) => ({ text, name })),
  )
  return forms.toSorted((one, other) => other.text.length - one.text.length)
}

function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(Buffer.from(secret).toString())
  const strict = percent.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  const json = JSON.stringify(secret).slice(1, -1)
  const ascii = json.replaceAll(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const percents = [percent, strict].flatMap((text) => [text, text.replaceAll('%20', '+')])
  return [
    secret,
    ...percents,
    ...percents.map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    json,
    json.replaceAll('/', String.raw`\/`),
    ascii,
    ...base64Forms(secret).filter((text) => text.length >= MIN_BASE64),
  ]
}

/** What of its Base64 does not depend on what stands before and behind it, for each of the three places where it may begin. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((shift) => {
    const before = Math.ceil((shift * 8) / 6)
    const whole = Math.floor(((shift + bytes.length) * 8) / 6)
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(before, whole)
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
