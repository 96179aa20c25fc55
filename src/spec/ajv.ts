import { createRequire } from 'node:module'
import type * as Draft2020 from 'ajv/dist/2020.js'
import type * as Formats from 'ajv-formats'
import type { FormatName } from 'ajv-formats'

const require = createRequire(import.meta.url)

/** Makes an Ajv for JSON Schema 2020-12. Loaded only when something is judged: it takes half of the start of a command. */
export function createAjv2020(options: Draft2020.Options): Draft2020.Ajv2020 {
  const { Ajv2020 } = require('ajv/dist/2020.js') as typeof Draft2020
  return new Ajv2020(options)
}

/** Lets an Ajv assert these formats as strictly as it can. */
export function addFormats(ajv: Draft2020.Ajv2020, formats: readonly FormatName[]): void {
  const { default: add } = require('ajv-formats') as typeof Formats.default
  add(ajv, { mode: 'full', formats: [...formats] })
}
