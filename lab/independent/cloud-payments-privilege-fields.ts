import { type Body, type Place, type Problem, problem } from './cloud-payments-problem.ts'
import type { Has } from './protocol.ts'

const USER_TYPES: readonly unknown[] = ['SUBSCRIBER', 'COMPANY_USER', 'SERVICE_OWNER']

/** What a privileged registration asks for besides. */
export function privilegeProblems(body: Body, { has }: Place): readonly Problem[] {
  return [
    ...roleProblems(body, has),
    ...userTypeProblems(body, has),
    ...resetProblems(body, has),
    ...['entityId', 'entity id'].flatMap((field) => entityProblems(body, field, has)),
  ]
}

function roleProblems({ role }: Body, has: Has): readonly Problem[] {
  if (role === undefined) return has('privilege/role-optional') ? [] : problem('role', 'is needed')
  if (typeof role === 'string' && has('privilege/role-bare-text-accepted')) return []
  if (role === null && has('privilege/role-null-accepted')) return []
  if (!Array.isArray(role)) return problem('role', 'has to be a list')
  if (role.length === 0 && !has('privilege/role-empty-accepted')) return problem('role', 'is empty')
  if (role.length > 1 && has('privilege/role-several-refused')) return problem('role', 'is more than one')
  const names = role as readonly unknown[]
  const known = ['ADMIN', 'CONSUMER', 'CASHIER_PURCHASES']
  if (has('privilege/role-unknown-refused') && !names.every((name) => known.includes(name as string))) {
    return problem('role', 'is unknown')
  }
  if (has('privilege/role-any-items')) return []
  const checked = has('privilege/role-first-item-checked') ? names.slice(0, 1) : names
  return checked.every((name) => typeof name === 'string') ? [] : problem('role', 'has to be a list of texts')
}

function userTypeProblems({ userType }: Body, has: Has): readonly Problem[] {
  if (userType === undefined && has('privilege/user-type-optional')) return []
  if (typeof userType === 'string' && has('privilege/user-type-unchecked')) return []
  if (typeof userType === 'string' && has('privilege/user-type-any-case')) {
    return USER_TYPES.includes(userType.toUpperCase()) ? [] : problem('userType', 'is unknown')
  }
  return USER_TYPES.includes(userType) ? [] : problem('userType', 'is none of the three')
}

function resetProblems({ isResetRequired: value }: Body, has: Has): readonly Problem[] {
  const field = 'isResetRequired'
  if (value === undefined) return has('privilege/reset-needed') ? problem(field, 'is needed') : []
  if (value === null && has('privilege/reset-null-accepted')) return []
  if (value === true && has('privilege/reset-true-refused')) return problem(field, 'can only be false')
  if (has('privilege/reset-text-accepted') && (value === 'true' || value === 'false')) return []
  if (has('privilege/reset-number-accepted') && (value === 0 || value === 1)) return []
  return typeof value === 'boolean' ? [] : problem(field, 'has to be true or false')
}

function entityProblems(body: Body, field: string, has: Has): readonly Problem[] {
  const value = body[field]
  const compact = field === 'entityId'
  if (value === undefined) {
    const needed = has('privilege/entity-needed') && compact && body['userType'] === 'COMPANY_USER'
    return needed && body['entity id'] === undefined ? problem(field, 'is needed') : []
  }
  if (has('privilege/entity-spaced-refused') && !compact) return problem(field, 'is unknown')
  if (has('privilege/entity-compact-refused') && compact) return problem(field, 'is unknown')
  if (has('privilege/entity-spaced-unchecked') && !compact) return []
  if (has('privilege/entity-compact-unchecked') && compact) return []
  if (has('privilege/entity-text-accepted') && typeof value === 'string' && /^\d+$/.test(value)) return []
  if (has('privilege/entity-fraction-accepted') && typeof value === 'number') return []
  if (has('privilege/entity-null-accepted') && value === null) return []
  if (has('privilege/entity-of-five-digits') && Number(value) > 99_999) return problem(field, 'is too large')
  return Number.isInteger(value) ? [] : problem(field, 'has to be an integer')
}
