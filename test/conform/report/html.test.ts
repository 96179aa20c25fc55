import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { causesOf, kindsOf } from '../../../src/conform/report/causes.ts'
import { reportHtml } from '../../../src/conform/report/html.ts'
import { specTextAt } from '../../../src/conform/report/spec-text.ts'
import { petsReport, wrongPetsReport } from './pets-report.ts'

let found: Awaited<ReturnType<typeof petsReport>>

beforeAll(async () => {
  found = await wrongPetsReport()
}, 60_000)

describe('the page', () => {
  test('has a line for each cause, and each finding with what was expected, what came, the spec and the command', () => {
    const { report, api, secrets } = found
    const page = reportHtml(report, [api], secrets)
    for (const finding of [...report.failures, ...report.assumptions]) expect(page).toContain(escaped(finding.title))
    expect(page.match(/<details class="entry /g)).toHaveLength(
      causesOf(report.failures).length + kindsOf(report.assumptions).length + groups(report.notReached),
    )
    expect(page).toContain('pets.yaml#/paths/~1pets/post/responses/201/headers/Location')
    expect(page).toContain('<b>Assumed:</b> no page says so')
    expect(page).toContain('curl -sS -i')
  })

  test('asks for nothing from outside', () => {
    const { report, api } = found
    const page = reportHtml(report, [api])
    expect(page).not.toMatch(/<(?:link|script|img|iframe|object|embed|base)\b[^>]*(?:src|href)="(?!data:,")/)
    expect(page).not.toMatch(/@import|url\(/)
  })

  test('allows its own style and script, and no other', () => {
    const { report, api } = found
    const page = reportHtml(report, [api])
    for (const name of ['style', 'script']) {
      const source = new RegExp(`<${name}>([^]*)</${name}>`).exec(page)?.[1] ?? ''
      expect(page).toContain(`${name}-src 'sha256-${createHash('sha256').update(source).digest('base64')}'`)
    }
  })

  test('takes what the server sent for text', () => {
    const { report, api } = found
    const page = reportHtml(report, [api])
    expect(page).toContain('&lt;script&gt;document.title')
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).not.toContain('<img')
  })

  test('shows no secret', () => {
    const { report, api, secrets } = found
    expect(reportHtml({ ...report, target: 'http://keeper@127.0.0.1' }, [api], secrets)).not.toMatch(
      /Bearer keeper|keeper@/,
    )
  })

  test('says so when nothing differs', async () => {
    const { report, api } = await petsReport({}, () => undefined)
    const page = reportHtml(report, [api])
    expect(report.failures).toEqual([])
    expect(page).toContain('Every documented promise is kept')
  })
})

describe('what the spec says', () => {
  test.each([
    ['a keyword', '/components/schemas/NewPet/properties/name/maxLength', 'maxLength: 40', undefined],
    ['one entry of required', '/components/schemas/NewPet/required/name', 'required:\n  - name\n  - kind', undefined],
    [
      'something behind a reference',
      '/paths/~1pets/post/responses/400/content/application~1problem+json/schema/required',
      'required:\n  - title\n  - status\n  - detail',
      'Why not.',
    ],
    ['an operation', '/paths/~1pets~1{petId}/delete', 'operationId: deletePet', 'Give a pet away'],
  ])('of %s', (_, pointer, excerpt, description) => {
    const told = specTextAt(found.api, pointer)
    expect(told).toMatchObject({ where: `pets.yaml#${pointer}`, description, why: undefined })
    expect(told.excerpt).toContain(excerpt)
  })
})

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

function groups(list: readonly { operation: string | undefined; reason: string }[]): number {
  return new Set(list.map(({ operation, reason }) => JSON.stringify([operation, reason]))).size
}
