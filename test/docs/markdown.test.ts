import { describe, expect, test } from 'vitest'
import { inlineMarkdown, markdown } from '../../src/docs/markdown.ts'

describe('Markdown of a spec', () => {
  test.each([
    ['`code` and *more*', '<p><code>code</code> and <em>more</em></p>'],
    ['<b onclick="x()">bold</b>', '<p>&lt;b onclick=&quot;x()&quot;&gt;bold&lt;/b&gt;</p>'],
    ['<script>\nalert(1)\n</script>', '&lt;script&gt;\nalert(1)\n&lt;/script&gt;'],
    [
      '[web](https://example.com/?a=1&b=2)',
      '<p><a href="https://example.com/?a=1&amp;b=2" rel="noreferrer noopener">web</a></p>',
    ],
    ['[script](javascript:alert(1))', '<p>script</p>'],
    ['[relative](interaction-data.html)', '<p>relative</p>'],
    ['![a picture](https://example.com/x.png)', '<p>a picture</p>'],
    ['# Title', '<h4>Title</h4>'],
  ])('%j is shown without harm', (source, expected) => {
    expect(markdown(source).text.trim()).toBe(expected)
  })

  test('a sentence that is assumed is marked, the others are not', () => {
    expect(markdown('Ids are unique. Case counts (assumed). They stay.').text.trim()).toBe(
      '<p>Ids are unique. <span class="assumed">Case counts <span class="mark">assumed</span>. </span>They stay.</p>',
    )
  })

  test('so is the part of a sentence behind a semicolon', () => {
    expect(inlineTextOf('The name is `A. B`; `C` as well (assumed).')).toBe(
      'The name is <code>A. B</code><span class="assumed">; <code>C</code> as well <span class="mark">assumed</span></span>.',
    )
    expect(inlineTextOf('One; two (assumed); three. Four.')).toBe(
      'One<span class="assumed">; two <span class="mark">assumed</span></span>; three. Four.',
    )
  })

  test('an assumed status leaves the rule as it is', () => {
    expect(inlineTextOf('It is refused with 400 (status assumed).')).toBe(
      'It is refused with 400 <span class="mark">status assumed</span>.',
    )
  })

  test('a point of a list is assumed if all of it is', () => {
    expect(markdown('- One.\n- Two (assumed).').text.replaceAll('\n', '')).toBe(
      '<ul><li>One.</li><li class="assumed"><span class="assumed">Two <span class="mark">assumed</span>.</span></li></ul>',
    )
  })

  test('a line has no paragraph', () => {
    expect(inlineMarkdown('the page says `x`').text).toBe('the page says <code>x</code>')
    expect(inlineMarkdown('A key. It never ends (assumed).').text).toBe(
      'A key. <span class="assumed">It never ends <span class="mark">assumed</span>.</span>',
    )
  })
})

function inlineTextOf(source: string): string {
  return markdown(source)
    .text.trim()
    .replace(/^<p>(.*)<\/p>$/s, '$1')
}
