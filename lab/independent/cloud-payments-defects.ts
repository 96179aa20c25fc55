import { REPLIES } from './cloud-payments-reply-defects.ts'
import { AUTH, REQUEST } from './cloud-payments-request-defects.ts'
import { RULES } from './cloud-payments-rule-defects.ts'
import { defectsOf, PROTOCOL_ROWS } from './defect-table.ts'

/** What can be wrong with a registration service of Cloud Payments. */
export const cloudPaymentsDefects = defectsOf('cloud-payments', [
  ...PROTOCOL_ROWS,
  ['protocol/path-any-case', 'A', 'Paths match in any case (common)'],
  ['protocol/trailing-slash-accepted', 'A', 'A slash at the end is accepted (common)'],
  ...AUTH,
  ...REQUEST,
  ...RULES,
  ...REPLIES,
])
