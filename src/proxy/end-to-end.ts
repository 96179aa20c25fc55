/** RFC 9110, 7.6.1: these belong to one connection, not to the message. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Raw headers, in their order and their case, without those of the connection and those named. Chunks are Node's to make again. */
export function endToEnd(rawHeaders: readonly string[], without: readonly string[]): string[] {
  const pairs = Array.from(
    { length: rawHeaders.length / 2 },
    (_, index) => [rawHeaders[2 * index] ?? '', rawHeaders[2 * index + 1] ?? ''] as const,
  )
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((each) => each.trim().toLowerCase()))
  const dropped = new Set([...hopByHop, ...without, ...named])
  const chunked = pairs.some(([name]) => name.toLowerCase() === 'transfer-encoding')
  return [
    ...pairs.filter(([name]) => !dropped.has(name.toLowerCase())).flat(),
    ...(chunked ? ['transfer-encoding', 'chunked'] : []),
  ]
}
