import type { Defect } from './defects.ts'

/** `D` breaks what the page states, `A` what is assumed where the page is silent. */
export type Row = readonly [name: string, tier: 'D' | 'A', about: string]

/** The defects of one API out of a table. */
export function defectsOf(api: string, rows: readonly Row[]): readonly Defect[] {
  return rows.map(([name, tier, about]) => ({
    id: `${api}/${name}`,
    api,
    tier: tier === 'D' ? 'documented' : 'assumed',
    about,
  }))
}

/** The mistakes that any server of JSON can make, whatever its rules are. */
export const PROTOCOL_ROWS: readonly Row[] = [
  ['protocol/options-not-answered', 'A', 'OPTIONS is an unknown method (part 1b)'],
  ['protocol/options-is-200', 'A', 'OPTIONS answers 200 (part 1b)'],
  ['protocol/options-without-allow', 'A', 'OPTIONS does not say what is allowed (part 1b)'],
  ['protocol/options-needs-credentials', 'A', 'OPTIONS asks for credentials (part 1b)'],
  ['protocol/405-is-404', 'A', 'A wrong method is an unknown path (common)'],
  ['protocol/405-is-400', 'A', 'A wrong method is a bad request (common)'],
  ['protocol/405-is-501', 'A', 'A wrong method is not implemented (common)'],
  ['protocol/405-without-allow', 'A', '405 does not say what is allowed (common)'],
  ['protocol/405-plain-text', 'A', '405 is not in the format of the API (common)'],
  ['protocol/any-method', 'A', 'The method is not looked at (common)'],
  ['protocol/allow-names-too-much', 'A', 'Allow names methods that are refused (common)'],
  ['protocol/allow-forgets-the-method', 'A', 'Allow lacks the method that is there (common)'],
  ['protocol/404-is-200', 'A', 'An unknown path answers 200 (part 1b)'],
  ['protocol/404-is-400', 'A', 'An unknown path answers 400 (part 1b)'],
  ['protocol/404-html', 'A', 'An unknown path answers a page (part 1b)'],
  ['protocol/404-empty', 'A', 'An unknown path answers nothing at all (part 1b)'],
  ['protocol/404-other-format', 'A', 'An unknown path answers in somebody else’s format (part 1b)'],
  ['protocol/415-skipped', 'A', 'The content type is not looked at (part 1b)'],
  ['protocol/415-skipped-for-text', 'A', 'JSON under text/plain is read (part 1b)'],
  ['protocol/415-skipped-for-forms', 'A', 'JSON under the type of a form is read (part 1b)'],
  ['protocol/415-skipped-for-suffixes', 'A', 'JSON under another +json type is read (part 1b)'],
  ['protocol/415-skipped-without-type', 'A', 'A body without content type is read (part 1b)'],
  ['protocol/415-for-charset', 'A', 'A charset parameter is refused (part 1b)'],
  ['protocol/415-is-400', 'A', 'A wrong content type is a bad request (part 1b)'],
  ['protocol/413-skipped', 'A', 'A body has no limit (part 1b)'],
  ['protocol/413-too-early', 'A', 'A body over 64 KiB is too large (part 1b)'],
  ['protocol/413-one-byte-early', 'A', 'A body of exactly 1 MiB is too large (part 1b)'],
  ['protocol/413-late', 'A', 'Up to 4 MiB are read (part 1b)'],
  ['protocol/413-is-400', 'A', 'A body that is too large is a bad request (part 1b)'],
  ['protocol/malformed-crashes', 'A', 'Malformed JSON crashes the server (part 1b)'],
  ['protocol/malformed-is-422', 'A', 'Malformed JSON answers 422 (part 1b)'],
  ['protocol/malformed-is-200', 'A', 'Malformed JSON answers 200 with an error body (part 1b)'],
  ['protocol/malformed-leaks-a-stack', 'A', 'The message about malformed JSON is a stack trace (part 1b)'],
  ['protocol/latin-1', 'D', 'Text is read byte by byte, so that what is echoed is mangled (common)'],
  ['protocol/trailing-comma-accepted', 'A', 'A trailing comma is read as on the page (common)'],
  ['protocol/comments-accepted', 'A', 'Comments are read (common)'],
  ['protocol/single-quotes-accepted', 'A', 'Single quotes are read (common)'],
  ['protocol/rest-after-json-accepted', 'A', 'What follows the JSON is dropped (common)'],
  ['protocol/null-body-crashes', 'A', 'A body that is null crashes the server (common)'],
  ['protocol/array-of-one-accepted', 'A', 'A list of one object is read as the object (common)'],
]
