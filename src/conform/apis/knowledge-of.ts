import type { Api } from '../../openapi/api.ts'
import { cloudPayments } from './cloud-payments.ts'
import { dialogportal } from './dialogportal.ts'
import type { Knowledge } from './knowledge.ts'
import { polis } from './polis.ts'
import { regit } from './regit.ts'

const known: Readonly<Record<string, Knowledge>> = { regit, polis, 'cloud-payments': cloudPayments, dialogportal }

const nothing: Knowledge = {}

/** What the tester knows of an API by itself; of somebody else's, nothing. */
export function knowledgeOf({ name }: Pick<Api, 'name'>): Knowledge {
  return known[name] ?? nothing
}
