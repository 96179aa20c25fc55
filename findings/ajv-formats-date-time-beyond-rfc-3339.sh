#!/usr/bin/env bash
# ajv-formats 3.0.1 with ajv 8.20.0, mode "full" (the default)
#
# Expected: `format: date-time` and `format: time` are RFC 3339 (so says JSON Schema): a "T" between date and time, an offset
#           of hours, colon and minutes. That is what `new Date()` in old Safari, Go's time.RFC3339 and Java's Instant read.
# Seen:     a blank in place of the "T", an offset without its colon (+0530) and one without minutes (+05) are all valid. A
#           server that writes Python's `str(datetime)` or strftime's %z passes, and the first strict client fails.
#           Mode "fast" refuses the blank, but takes both offsets.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact ajv@8.20.0 ajv-formats@3.0.1 >/dev/null 2>&1
cat >probe.cjs <<'JS'
const Ajv = require('ajv/dist/2020').default
const addFormats = require('ajv-formats').default
const samples = [
  ['date-time', '2026-11-30T12:00:00+05:30'],
  ['date-time', '2026-11-30 12:00:00+00:00'],
  ['date-time', '2026-11-30T12:00:00+0530'],
  ['date-time', '2026-11-30T12:00:00+05'],
  ['time', '12:00:00+0530'],
]
for (const mode of ['full', 'fast']) {
  const ajv = new Ajv()
  addFormats(ajv, { mode })
  for (const [format, value] of samples) console.log(mode, format, value, ajv.validate({ type: 'string', format }, value))
}
JS
node probe.cjs | tee seen.txt
[ "$(grep -c ' true$' seen.txt)" = 9 ]
grep -q '^fast date-time 2026-11-30 12:00:00+00:00 false$' seen.txt
