import { isObject, type Json, type JsonObject } from './json.ts'
import { distanceOf, type Interaction, ordered, tagged } from './polis-interaction.ts'
import { HOUSEHOLDS } from './polis-seed.ts'
import type { PolisUser } from './polis-user.ts'
import { type Flawed, Refusal } from './refusal.ts'

export function withAnyIds(flawed: Flawed): Flawed {
  return (defect) => defect === 'data/any-text-as-id' || flawed(defect)
}

export function computedDistance(flawed: Flawed, data: JsonObject): number | undefined {
  if (flawed('distance/absent')) return undefined
  return distanceOf(data, HOUSEHOLDS[String(data['householdId']).toLowerCase()], flawed)
}

function onlyKnown(flawed: Flawed, data: Record<string, Json>): void {
  const known =
    'survey location contactId timestamp campaignId successful householdId unavailable unavailableReason contactHouseholdId statusId walklistId turfId'.split(
      ' ',
    )
  for (const name of Object.keys(data)) {
    if (known.includes(name)) continue
    if (flawed('create/unknown-attributes-refused')) throw new Refusal(400, `${name} is no attribute`)
    delete data[name]
  }
}

function survey(flawed: Flawed, survey: JsonObject): JsonObject {
  if (flawed('create/responses-dropped')) return { surveyId: survey['surveyId'] as Json }
  const responses = survey['responses']
  if (!isObject(responses ?? null)) return survey
  const changed = Object.entries(responses as JsonObject).map(([id, response]): [string, Json] => {
    if (!isObject(response) || !isObject(response['fields'])) return [id, response]
    const fields = Object.entries(response['fields'])
    const isText = (value: Json): boolean => value === 'true' || value === 'false'
    if (flawed('create/answers-as-booleans'))
      return [
        id,
        {
          ...response,
          fields: Object.fromEntries(fields.map(([name, value]) => [name, isText(value) ? value === 'true' : value])),
        },
      ]
    if (flawed('create/question-id-dropped')) return [id, { fields: response['fields'] }]
    return [id, response]
  })
  return {
    ...survey,
    responses: Object.fromEntries(flawed('create/only-first-response') ? changed.slice(0, 1) : changed),
  }
}

function location(flawed: Flawed, location: JsonObject): JsonObject | null {
  if (flawed('create/zero-coordinates-dropped'))
    return Object.fromEntries(Object.entries(location).filter(([, value]) => value !== 0))
  if (flawed('create/coordinates-rounded'))
    return Object.fromEntries(
      Object.entries(location).map(([name, value]) => [
        name,
        typeof value === 'number' ? Number(value.toFixed(5)) : value,
      ]),
    )
  return location
}

/** What of a posted body becomes data: not what only the server sets. */
export function attributesOf(flawed: Flawed, sent: JsonObject, now: () => string): JsonObject {
  const own = ['id', 'meta', 'customerId', 'securityGroupId', 'distance']
  for (const name of own)
    if (sent[name] !== undefined && flawed('create/server-attributes-refused'))
      throw new Refusal(400, `${name} is set by the server`)
  const data: Record<string, Json> = Object.fromEntries(Object.entries(sent).filter(([name]) => !own.includes(name)))
  if (flawed('create/successful-by-example')) data['successful'] = true
  if (flawed('create/successful-by-default') && data['successful'] === undefined) data['successful'] = true
  if (
    flawed('create/timestamp-normalised') &&
    typeof data['timestamp'] === 'string' &&
    !Number.isNaN(Date.parse(data['timestamp']))
  )
    data['timestamp'] = new Date(data['timestamp']).toISOString()
  if (flawed('create/timestamp-is-now')) data['timestamp'] = now()
  if (flawed('create/reason-dropped-when-available') && data['unavailable'] === false) delete data['unavailableReason']
  if (flawed('create/status-id-dropped')) delete data['statusId']
  if (flawed('create/turf-id-dropped')) delete data['turfId']
  if (flawed('create/walklist-id-dropped')) delete data['walklistId']
  if (flawed('create/ids-lower-cased') && typeof data['contactId'] === 'string')
    data['contactId'] = data['contactId'].toLowerCase()
  if (flawed('create/text-mangled') && typeof data['unavailableReason'] === 'string')
    data['unavailableReason'] = Buffer.from(data['unavailableReason']).toString('latin1')
  if (flawed('create/text-trimmed-to-20') && typeof data['unavailableReason'] === 'string')
    data['unavailableReason'] = data['unavailableReason'].slice(0, 20)
  if (flawed('create/text-trimmed-to-255') && typeof data['unavailableReason'] === 'string')
    data['unavailableReason'] = data['unavailableReason'].slice(0, 255)
  if (flawed('create/unknown-attributes-refused') || flawed('create/unknown-attributes-dropped'))
    onlyKnown(flawed, data)
  if (isObject(data['survey'] ?? null)) data['survey'] = survey(flawed, data['survey'] as JsonObject)
  if (isObject(data['location'] ?? null)) data['location'] = location(flawed, data['location'] as JsonObject)
  return data
}

export function changedRow(
  flawed: Flawed,
  row: Interaction,
  data: JsonObject,
  user: PolisUser,
  now: () => string,
): Interaction {
  const { distance: patchedDistance, ...others } = data
  const { distance } = row.data
  const kept = flawed('patch/distance-recomputed')
    ? computedDistance(flawed, others)
    : flawed('patch/distance-patched')
      ? patchedDistance
      : distance
  const { unavailableReason: _reason, ...withoutReason } = others
  const own = flawed('patch/untouched-attribute-lost') ? withoutReason : others
  const next = tagged(
    {
      ...row,
      data: ordered(kept === undefined ? own : { ...own, distance: kept }),
      meta: {
        ...row.meta,
        ...(flawed('patch/modified-stays') ? {} : { modified: now() }),
        ...(flawed('patch/modified-by-stays') ? {} : { modifiedBy: user.userId }),
        ...(flawed('patch/created-changes') ? { created: now() } : {}),
        ...(flawed('patch/created-by-changes') ? { createdBy: user.userId } : {}),
      },
      ...(flawed('patch/security-group-changes') ? { securityGroupId: user.userId } : {}),
    },
    flawed,
  )
  return flawed('patch/tag-stays') ? { ...next, meta: { ...next.meta, etag: row.meta.etag } } : next
}
