/** The headers by which a client talks to the mock and the mock explains itself; the same for every API. */
export const mockHeaders: readonly { readonly name: string; readonly sent: 'request' | 'response'; readonly text: string }[] = [
  { name: 'x-mock-session', sent: 'request', text: 'Chooses the session of the request; the path prefix `/~id` does the same.' },
  {
    name: 'Prefer',
    sent: 'request',
    text: 'Chooses the response: `code=404`, `example=name`, `dynamic=true` (RFC 7240).',
  },
  { name: 'Preference-Applied', sent: 'response', text: 'Repeats the preferences that were followed.' },
  {
    name: 'x-mock-refused-by',
    sent: 'response',
    text: 'Names the stage that refused the request: `routing`, `security`, `media-type`, `size`, `syntax`, `validation`, `rule` or `fault`.',
  },
  { name: 'x-mock-pointer', sent: 'response', text: 'The JSON Pointer of the constraint in the OpenAPI document.' },
  { name: 'x-mock-reason', sent: 'response', text: 'The reason in words, where the error format of the API has no room for it.' },
]
