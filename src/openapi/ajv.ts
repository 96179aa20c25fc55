import { createRequire } from 'node:module'
import type * as Draft2020 from 'ajv/dist/2020.js'
import type * as Formats from 'ajv-formats'
import type { FormatName } from 'ajv-formats'

const require = createRequire(import.meta.url)

/** Makes an Ajv for JSON Schema 2020-12. Loaded only when something is validated: it takes half of the start of a command. */
export function createAjv2020(options: Draft2020.Options): Draft2020.Ajv2020 {
  const { Ajv2020 } = require('ajv/dist/2020.js') as typeof Draft2020
  return new Ajv2020(options)
}

/** Lets an Ajv assert these formats as strictly as it can. */
export function addFormats(ajv: Draft2020.Ajv2020, formats: readonly FormatName[]): void {
  const { default: add } = require('ajv-formats') as typeof Formats.default
  add(ajv, { mode: 'full', formats: [...formats] })
  // The package's own one also takes `urn:uuid:…`, which RFC 9562 does not call the string format of a UUID.
  ajv.addFormat('uuid', uuid)
  const isDateTime = (add.get('date-time', 'full') as { validate: (text: string) => boolean }).validate
  ajv.addFormat('date-time', (text: string) => commonDateTime.test(text) || (dateTime.test(text) && isDateTime(text)))
  const isUriReference = add.get('uri-reference', 'full') as RegExp
  ajv.addFormat('uri-reference', (text: string) => plainPath.test(text) || isUriReference.test(text))
  const isTime = (add.get('time', 'full') as { validate: (text: string) => boolean }).validate
  ajv.addFormat('time', (text: string) => time.test(text) && isTime(text))
}

/** RFC 3339, section 5.6, to the letter: the package also takes a blank for the `T`, and offsets such as `+0530` and `+05`. */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i
const time = /^\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i

/** Every digit written out, which V8 runs more than twice as fast as counted ones; a request has dozens of UUIDs. */
const uuid = new RegExp(`^${'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'.replaceAll('x', '[0-9a-f]')}$`, 'i')

/** The path of a `Location`, letters and digits of RFC 3986: the package's expression for all references takes ten times as long. */
const plainPath = /^\/(?:[\w.~-][\w.~/-]*)?$/

/** RFC 3339 in UTC but for 29 February and leap seconds: nearly all are, and the package's check takes ten times as long. */
const commonDateTime =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/
