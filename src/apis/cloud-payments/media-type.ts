import type { RequestHead } from '../../mock/handlers/handler.ts'

const json = { type: 'application', subtype: 'json', contentType: 'application/json; charset=utf-8' }
const text = { type: 'text', subtype: 'plain', contentType: 'text/plain; charset=utf-8' }

interface Preference {
  /** 0 to 1; 0 means "not acceptable". */
  readonly quality: number
  /** 2 for a full media type, 1 for a range of subtypes, 0 for any. */
  readonly specificity: number
}

const unwanted: Preference = { quality: 0, specificity: 0 }

/** Text where the request prefers it (RFC 9110, section 12.5.1), JSON in every other case. */
export function responseType(request: RequestHead): string {
  const accept = [request.headers['accept'] ?? []].flat().join(',').toLowerCase()
  const [forJson, forText] = [preference(accept, json), preference(accept, text)]
  const wins =
    forText.quality > forJson.quality ||
    (forText.quality > 0 && forText.quality === forJson.quality && forText.specificity > forJson.specificity)
  return wins ? text.contentType : json.contentType
}

/** What the most specific range says that covers the media type. */
function preference(accept: string, media: typeof json): Preference {
  const ranges = [`${media.type}/${media.subtype}`, `${media.type}/*`, '*/*']
  let best: Preference | undefined
  for (const entry of accept.split(',')) {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim())
    const specificity = 2 - ranges.indexOf(range)
    if (specificity > 2 || (best && best.specificity >= specificity)) continue
    best = { quality: qualityOf(parameters), specificity }
  }
  return best ?? unwanted
}

function qualityOf(parameters: readonly string[]): number {
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
  return Number.isFinite(quality) ? quality : 1
}
