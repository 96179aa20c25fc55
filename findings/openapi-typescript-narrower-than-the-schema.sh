#!/usr/bin/env bash
# openapi-typescript 7.13.0, default options, a document of OpenAPI 3.1
#
# Expected: a type takes every value that its schema takes.
# Seen:     three schemas whose type is narrower, so that a correct request does not compile:
#           - `type: object` without properties (any object) is `Record<string, never>`: no property can be given. Only
#             `--empty-objects-unknown` gives `Record<string, unknown>`.
#           - an optional property with a `default` is a required one, in the body of a request too, where the default is
#             what happens when it is left out. Only `--default-non-nullable=false` makes it optional again.
#           - `prefixItems: [a, b]` without `minItems` and `items` is the tuple `[A, B]`, although the schema takes [], [a]
#             and [a, b, anything]. No option changes that.
#
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact openapi-typescript@7.13.0 typescript@5.9.3 >/dev/null 2>&1
cat >document.yaml <<'YAML'
openapi: 3.1.0
info: { title: Probe, version: '1' }
paths:
  /orders:
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '204': { description: Taken } }
components:
  schemas:
    Order:
      type: object
      properties:
        labels: { type: object }
        currency: { type: string, default: EUR }
        position: { type: array, prefixItems: [{ type: string }, { type: integer }] }
YAML
cat >client.ts <<'TS'
import type { components } from './document'
type Order = components['schemas']['Order']
export const orders: Order[] = [
  { currency: 'EUR', labels: { colour: 'red' } },
  { labels: {} },
  { currency: 'EUR', position: [] },
]
TS
npx openapi-typescript document.yaml --output document.ts >/dev/null
npx tsc --noEmit --strict --pretty false client.ts >seen.txt || true
cat seen.txt
[ "$(cut -d'(' -f2 seen.txt | grep -c '^[456],')" = 3 ]
npx openapi-typescript document.yaml --output document.ts --empty-objects-unknown --default-non-nullable=false >/dev/null
npx tsc --noEmit --strict --pretty false client.ts >seen.txt || true
echo 'with both options:'
cat seen.txt
[ "$(grep -c '^client' seen.txt)" = 1 ]
