import { gzipSync } from 'node:zlib'
import { type Behaviour, json, says, saysAndCloses } from './bytes-server.ts'

const head = (...lines: string[]): string => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
const type = 'Content-Type: application/json'
const zipped = (bytes: Buffer, coding = 'gzip'): Behaviour =>
  says(head(type, `Content-Encoding: ${coding}`, `Content-Length: ${bytes.length}`), bytes)

/** Lowered for the tests: an answer that unpacks to more is one that never ends. */
export const MAX_UNPACKED_BYTES = 100_000

/** What a server can do wrong on the wire, by name. */
export const badBehaviours: Readonly<Record<string, Behaviour>> = {
  'closes without a word': (socket) => void socket.end(),
  'resets the connection': (socket) => void socket.resetAndDestroy(),
  'says nothing': () => undefined,
  'closes in the head': saysAndCloses('HTTP/1.1 200 OK\r\nContent-'),
  'stops in the head': says('HTTP/1.1 200 OK\r\nContent-'),
  'speaks no HTTP': saysAndCloses('SSH-2.0-server\r\n\r\n'),
  'has no status': saysAndCloses('HTTP/1.1 OK\r\n\r\n'),
  'has a status of two digits': saysAndCloses('HTTP/1.1 42 Odd\r\nContent-Length: 0\r\n\r\n'),
  'has the status 042': saysAndCloses('HTTP/1.1 042 Odd\r\nContent-Length: 0\r\n\r\n'),
  'closes in the body': saysAndCloses(head(type, 'Content-Length: 1000'), '{"id":'),
  'stops in the body': says(head(type, 'Content-Length: 1000'), '{"id":'),
  'has a length that is none': saysAndCloses(head(type, 'Content-Length: many'), '{"id":1}'),
  'has two lengths': saysAndCloses(head(type, 'Content-Length: 8', 'Content-Length: 9'), '{"id":1}'),
  'has a length and chunks': saysAndCloses(
    head(type, 'Content-Length: 8', 'Transfer-Encoding: chunked'),
    '8\r\n{"id":1}\r\n0\r\n\r\n',
  ),
  'has a chunk that is none': saysAndCloses(head(type, 'Transfer-Encoding: chunked'), 'zz\r\n{"id":1}\r\n'),
  'closes between chunks': saysAndCloses(head(type, 'Transfer-Encoding: chunked'), '4\r\n{"id\r\n'),
  'has a head of 100 kB': saysAndCloses(head(type, `X-Long: ${'x'.repeat(100_000)}`, 'Content-Length: 8'), '{"id":1}'),
  'calls gzip what is not': zipped(Buffer.from('{"id":1}')),
  'sends half of a gzip': zipped(gzipSync('{"id":1}').subarray(0, 15)),
  'unpacks to more than is taken': zipped(gzipSync(Buffer.alloc(2 * MAX_UNPACKED_BYTES, ' '))),
  'calls JSON what is not': says(json(200, '{"id":')),
  'fails and shows where': says(json(500, '{"error":"at run (/srv/app/server.js:10:5)"}')),
  'shows a stack trace in a success': says(
    json(200, '{"id":1,"debug":"Error: x\\n    at run (/srv/app/server.js:10:5)"}'),
  ),
}
