import fc from 'fast-check'
import addAllFormats from 'ajv-formats'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { addFormats, createAjv2020 } from '../../src/openapi/ajv.ts'

const reference = new Ajv2020()
addAllFormats.default(reference, { mode: 'full', formats: ['date-time'] })
const ours = createAjv2020({})
addFormats(ours, ['date-time', 'time'])
const schema = { type: 'string', format: 'date-time' }
const isDateTime = ours.compile(schema)
const expected = reference.compile(schema)

/** Two digits, a little more than any part of a time may have. */
const two = fc.integer({ min: 0, max: 62 }).map((n) => String(n).padStart(2, '0'))
const day = fc.constantFrom('00', '01', '28', '29', '30', '31', '32')
const month = fc.integer({ min: 0, max: 13 }).map((n) => String(n).padStart(2, '0'))
const year = fc.constantFrom('1900', '2000', '2023', '2024')
const zone = fc.constantFrom('Z', 'z', '', '+00:00', '-23:59', '+24:00')

test('the quick look at a point in time agrees with the whole check of RFC 3339', () => {
  fc.assert(
    fc.property(
      year,
      month,
      day,
      fc.constantFrom('T', 't'),
      two,
      two,
      two,
      fc.constantFrom('', '.', '.5'),
      zone,
      (...parts) => {
        const [y, m, d, separator, hours, minutes, seconds, fraction, offset] = parts
        const text = `${y}-${m}-${d}${separator}${hours}:${minutes}:${seconds}${fraction}${offset}`
        expect([text, isDateTime(text)]).toEqual([text, expected(text)])
      },
    ),
    { numRuns: 3000 },
  )
  for (const y of ['2023', '2024'])
    for (let m = 1; m <= 12; m++)
      for (const d of ['28', '29', '30', '31']) {
        const text = `${y}-${String(m).padStart(2, '0')}-${d}T10:00:00Z`
        expect([text, isDateTime(text)]).toEqual([text, expected(text)])
      }
})

test.each([
  '2024-02-29 10:00:00Z',
  '2024-02-29T10:00:00+0530',
  '2024-02-29T10:00:00+05',
  '2024-02-29T10:00:00',
  '2024-02-29T10:00Z',
])('%s is no point in time of RFC 3339', (text) => {
  expect(isDateTime(text)).toBe(false)
})

test.each([
  ['10:00:00Z', true],
  ['10:00:00.5+05:30', true],
  ['10:00:00+0530', false],
  ['10:00:00+05', false],
  ['10:00:00', false],
])('%s is a time of RFC 3339: %s', (text, isTime) => {
  expect(ours.compile({ type: 'string', format: 'time' })(text)).toBe(isTime)
})
