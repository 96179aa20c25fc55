/** A text by the style of its parameter (RFC 6570): the texts of a list, or the pairs of an object. */
export interface StyledText {
  readonly name: string
  readonly style: string
  readonly explode: boolean
}

/** The text without what its style puts before it: `.blue` is `blue`, `;color=blue` too. A text without that is taken as it is. */
export function bareText({ name, style }: StyledText, text: string): string {
  if (style === 'label') return text.startsWith('.') ? text.slice(1) : text
  if (style !== 'matrix' || !text.startsWith(';')) return text
  const bare = text.slice(1)
  return bare.startsWith(`${name}=`) ? bare.slice(name.length + 1) : bare
}

/** `a,b`, `.a.b` or `;name=a;name=b`. */
export function itemsOf(parameter: StyledText, text: string): string[] {
  const { name, style, explode } = parameter
  const bare = bareText(parameter, text)
  if (bare === '') return []
  if (style === 'label' && explode) return bare.split('.')
  if (style === 'matrix' && explode) return bare.split(`;${name}=`)
  return bare.split(',').map((item) => item.trim())
}

/** `a,1,b,2`, or `a=1,b=2` where each property stands on its own. */
export function pairsOf(parameter: StyledText, text: string): [string, string][] {
  const { style, explode } = parameter
  const bare = bareText(parameter, text)
  if (bare === '') return []
  if (explode) {
    const separator = style === 'label' ? '.' : style === 'matrix' ? ';' : ','
    return bare.split(separator).map((part) => {
      const equals = part.indexOf('=')
      return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)]
    })
  }
  const parts = bare.split(',')
  return parts.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, parts[index + 1] ?? '']] : []))
}
