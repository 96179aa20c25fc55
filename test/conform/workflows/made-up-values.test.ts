import { expect, test } from 'vitest'
import { MadeUpValues } from '../../../src/conform/workflows/made-up-values.ts'
import type { Exchanged } from '../../../src/conform/transport/transport.ts'

const seeded = '61fbfbaa-5de8-4d17-ac2b-c47f2376265a'
const made = 'a1000001-0000-4000-8000-000000000001'

function exchange(body: unknown, status: number): Exchanged {
  const sent = { method: 'POST', path: '/visits', url: 'http://x/visits', headers: [], body: JSON.stringify(body) }
  return { sent, outcome: { kind: 'answer', status, headers: {}, body: new Uint8Array(), text: '' } }
}

const wanted = '$statusCode >= 200 && $statusCode < 300'

test('a made-up id explains a refusal until one of its property was taken', () => {
  const values = new MadeUpValues(JSON.stringify({ campaignId: seeded }))
  expect(values.whyRefused(wanted, exchange({ campaignId: made }, 400))).toContain('no page says')
  values.note(exchange({ campaignId: made }, 201))
  expect(values.whyRefused(wanted, exchange({ campaignId: made.replace(/1$/, '2') }, 400))).toBeUndefined()
  expect(values.whyRefused(wanted, exchange({ surveyId: made }, 400))).toContain('no page says')
})

test('a seeded id, a server error and a refusal that was wanted explain nothing', () => {
  const values = new MadeUpValues(JSON.stringify({ campaignId: seeded }))
  expect(values.whyRefused(wanted, exchange({ campaignId: seeded }, 400))).toBeUndefined()
  expect(values.whyRefused(wanted, exchange({ campaignId: made }, 500))).toBeUndefined()
  expect(values.whyRefused('$statusCode == 409', exchange({ campaignId: made }, 400))).toBeUndefined()
})

test('a JSON Patch names the property in its path', () => {
  const values = new MadeUpValues('')
  const patch = [{ op: 'replace', path: '/unavailableReason', value: 'One' }]
  expect(values.whyRefused(wanted, exchange({ data: patch }, 400))).toContain('no page says')
})
