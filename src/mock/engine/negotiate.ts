/** One entry of an `Accept` header (RFC 9110, section 12.5.1). */
interface Accepted {
  readonly type: string
  readonly quality: number
}

/**
 * The declared media type that a client would rather have; `undefined` where it accepts none of them. Without an `Accept`, and
 * for what it accepts alike, the one that comes first.
 */
export function negotiate(types: readonly string[], accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return types[0]
  const accepted = parseAccept(accept)
  let best: string | undefined
  let bestQuality = 0
  for (const type of types) {
    const quality = qualityOf(type, accepted)
    if (quality > bestQuality) [best, bestQuality] = [type, quality]
  }
  return best
}

function parseAccept(header: string): Accepted[] {
  return header.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase())
    const quality = Number(parameters.find((each) => each.startsWith('q='))?.slice('q='.length) ?? 1)
    return { type, quality: Number.isFinite(quality) ? quality : 1 }
  })
}

/** By the most specific range that takes the type; a declared range is taken by whatever lies in it. */
function qualityOf(type: string, accepted: readonly Accepted[]): number {
  const [group = ''] = type.split('/', 1)
  const exact = accepted.find((each) => each.type === type)
  const inGroup = accepted.find((each) => each.type === `${group}/*`)
  const any = accepted.find((each) => each.type === '*/*' || each.type === '*')
  const found = exact ?? inGroup ?? any
  if (found) return found.quality
  const isRange = type === '*/*' || type.endsWith('/*')
  const within = isRange && accepted.find((each) => type === '*/*' || each.type.startsWith(`${group}/`))
  return within ? within.quality : 0
}
