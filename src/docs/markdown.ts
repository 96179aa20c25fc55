import { Marked, type Parser, type RendererObject, type Token, type Tokens } from 'marked'
import { escape, Html } from '../output/html.ts'

/**
 * Markdown of a spec as HTML that can do no harm: raw HTML is shown as text, images become their description, links go
 * to the web only. Sentences that call themselves assumed are marked, so that they can be told apart and hidden.
 */
export function markdown(text: string, headingsStartAt: HeadingLevel = 4): Html {
  const shift = headingsStartAt - shallowestHeading(text)
  return new Html((byShift[shift - MIN_SHIFT] ?? plain).parse(text, { async: false }))
}

/** The same without paragraphs, for a line. */
export function inlineMarkdown(text: string): Html {
  return new Html(sentences(new plain.Parser(plain.defaults), plain.Lexer.lexInline(text, plain.defaults)))
}

/** The level that the first heading of a text gets: one below the heading under which the text stands. */
type HeadingLevel = 2 | 3 | 4

/** The depth, 1 to 6, of the highest heading in a text, whichever way it is written. */
function shallowestHeading(text: string): number {
  const marked = [...text.matchAll(/^ {0,3}(#{1,6})\s/gm)].map(([, signs = '']) => signs.length)
  const underlined = [/^=+\s*$/m, /^-+\s*$/m].flatMap((line, index) => (line.test(text) ? [index + 1] : []))
  return Math.min(6, ...marked, ...underlined)
}

const MIN_SHIFT = -4

/** Renderers that move headings by -4 to 3 levels. */
const byShift = Array.from({ length: 8 }, (_, index) => commonmark(index + MIN_SHIFT))
const plain = commonmark(0)

function commonmark(shift: number): Marked {
  return new Marked({ gfm: true, renderer: rendererFor(shift) })
}

function rendererFor(shift: number): RendererObject {
  return {
    html: ({ text }) => escape(text),
    image: ({ text }) => escape(text),
    heading({ tokens, depth }) {
      const level = Math.min(depth + shift, 6)
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`
    },
    link({ href, tokens }) {
      const label = this.parser.parseInline(tokens)
      return isWebAddress(href) ? `<a href="${escape(href)}" rel="noreferrer noopener">${label}</a>` : label
    },
    paragraph({ tokens }) {
      return `<p>${sentences(this.parser, tokens)}</p>\n`
    },
    listitem({ tokens }) {
      const assumed = tokens.length === 1 && clauses(inlineOf(tokens[0])).every(isAssumed)
      return `<li${assumed ? ' class="assumed"' : ''}>${this.parser.parse(tokens)}</li>\n`
    },
    text(token) {
      if ('tokens' in token && token.tokens) return sentences(this.parser, token.tokens)
      return withMarks(escape(token.text))
    },
    table(token) {
      const cells = (tag: string, row: readonly Tokens.TableCell[]): string =>
        `<tr>${row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`
      const rows = token.rows.map((row) => cells('td', row)).join('')
      return `<div class="scroll" tabindex="0"><table><thead>${cells('th', token.header)}</thead><tbody>${rows}</tbody></table></div>\n`
    },
  }
}

/** Whether a link of a document may be followed: to the web or to a mailbox, never into a script. */
export function isWebAddress(href: string): boolean {
  return URL.canParse(href) && ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol)
}

function inlineOf(token: Token | undefined): readonly Token[] {
  return (token && 'tokens' in token && token.tokens) || []
}

function sentences(parser: Parser, tokens: readonly Token[]): string {
  return clauses(tokens)
    .map((clause) => {
      const text = parser.parseInline([...clause])
      if (!isAssumed(clause)) return text
      // The stop behind the last part of a sentence stays, for what is before it.
      const [, part = text, stop = ''] = text.startsWith(';') ? (/^(.*?)([.!?]\s*)$/s.exec(text) ?? []) : []
      return `<span class="assumed">${part}</span>${stop}`
    })
    .join('')
}

/** Inline tokens by sentence, and by the parts of a sentence, each with the semicolon before it; code never ends one. */
function clauses(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const list: Token[][] = [[]]
  for (const token of tokens) {
    const pieces = token.type === 'text' && !token.tokens ? token.raw.split(/(?<=[.!?]\s+)(?=[A-Z])|(?=;\s)/) : [token.raw]
    pieces.forEach((piece, index) => {
      if (index > 0 || piece.startsWith('; ') || endsSentence(list.at(-1)?.at(-1))) list.push([])
      list.at(-1)?.push(pieces.length === 1 ? token : { type: 'text', raw: piece, text: piece })
    })
  }
  return list.filter((clause) => clause.length > 0)
}

function endsSentence(token: Token | undefined): boolean {
  return token?.type === 'text' && /[.!?]\s+$/.test(token.raw)
}

function isAssumed(clause: readonly Token[]): boolean {
  return clause.some(({ raw }) => raw.includes('(assumed'))
}

/** `(assumed)` in escaped text as a mark that can be seen; `(status assumed)` says it of the status alone. */
function withMarks(text: string): string {
  return text.replaceAll(/\(((?:status )?assumed[^()]*)\)/g, '<span class="mark">$1</span>')
}
