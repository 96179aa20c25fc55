import type {
  Credential,
  ErrorBody,
  Exchange,
  Handler,
  LocatedError,
  Refusal,
  Result,
  Rules,
} from '../../mock/handlers/handler.ts'
import { refuse, reply } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'
import { unusedKey } from '../../store/unused-key.ts'
import { asGroup, problemWithExtra, type TransactionGroup } from './contract.ts'
import { authenticate } from './signature.ts'

interface TransactionRequest {
  readonly transactionTypeID: number
  readonly transactionDate: string
  readonly value?: number
  readonly reference?: string
  readonly text?: string
  readonly extra?: Readonly<Record<string, unknown>>
}

/** The sub codes and words of the page's list. */
const notFound = {
  '404.1': 'User not found',
  '404.2': 'External user could not be found',
  '404.4': 'Transaction group not found',
  '404.5': 'Transaction type not found',
} as const

const FIRST_TRANSACTION_ID = 12478636

const registerTransactionByEntityId: Handler = (exchange) => {
  const entityId = String(exchange.path['entityId'])
  return exchange.state.collection('entities').get(entityId) ? register(exchange, entityId) : unknown('404.1')
}

const registerTransactionByExternalKey: Handler = (exchange) => {
  const entityId = entityWithKey(exchange.state, String(exchange.path['extKey']), String(exchange.path['extType']))
  return entityId === undefined ? unknown('404.2') : register(exchange, entityId)
}

function entityWithKey(state: State, extKey: string, extType: string): string | undefined {
  const row = state.collection('externalKeys').get(`${extType}/${extKey}`)
  // Both may contain slashes, so the id alone does not tell them apart.
  return row?.['extKey'] === extKey && row['extType'] === extType ? String(row['entityId']) : undefined
}

function unknown(subCode: keyof typeof notFound): Refusal {
  return refuse(404, notFound[subCode], { code: subCode })
}

/** The account is known; what is left to look up is the group, then the type in it, then the contract. */
function register(exchange: Exchange, entityId: string): Result {
  // The schema of the operation has approved the body.
  const body = exchange.body as TransactionRequest
  const group = groupOf(exchange)
  if (!group) return unknown('404.4')
  const type = group.types.find(({ id }) => id === body.transactionTypeID)
  if (!type) return unknown('404.5')
  const problem = problemWithExtra(type, body.extra ?? {})
  if (problem !== undefined) return refuse(400, problem)
  const transaction = {
    transactionID: newId(exchange.state),
    transactionGroupID: group.id,
    transactionGroupName: group.name,
    transactionTypeID: type.id,
    transactionTypeName: type.name,
    ...posted(body),
  }
  exchange.state.collection('transactions').put({ ...transaction, entityId })
  return reply(200, transaction)
}

/** `012478636` and `12478636.0` are the same number as `12478636`, but not the same id. */
function groupOf({ path, request, state }: Exchange): TransactionGroup | undefined {
  const id = String(path['transactionGroupId'])
  const sent = decodeURIComponent(request.path.slice(request.path.lastIndexOf('/') + 1))
  const row = sent === id ? state.collection('groups').get(id) : undefined
  return row && asGroup(row)
}

function posted({
  transactionDate,
  value = 0,
  reference,
  text,
  extra,
}: TransactionRequest): Partial<TransactionRequest> {
  return {
    transactionDate,
    value,
    ...(reference !== undefined && { reference }),
    ...(text !== undefined && { text }),
    ...(extra !== undefined && { extra }),
  }
}

function newId(state: State): number {
  return unusedKey(state.collection('transactions'), () => state.ids.next('transactions', FIRST_TRANSACTION_ID))
}

function errorBody(refusal: Refusal): ErrorBody {
  const { status: statusCode, code: subCode } = refusal
  const statusText = refusal.errors?.[0] ? complaint(refusal.errors[0]) : refusal.message
  if (subCode === undefined) return { body: { statusCode, statusText } }
  return { body: { statusCode, subCode, statusText }, headers: { apistatussubcode: subCode } }
}

function complaint({ keyword, message, name }: LocatedError): string {
  const member = name.slice(1)
  if (member === '') return `The body ${message}`
  switch (keyword) {
    case 'required':
      return `${member} is required`
    case 'format':
    case 'pattern':
      return `${member} must be a UTC date such as 2013-03-25T09:40:22.418Z`
    case 'multipleOf':
      return `${member} must be a whole number`
    default:
      return `${member} ${message}`
  }
}

function workingCredentials(state: State): readonly Credential[] {
  // Rows of `credentials` were checked to be credentials when they came in.
  const rows = [...state.collection('credentials').all()] as unknown as Credential[]
  return rows.filter((row) => row['refused'] !== true)
}

/** dialogportal: accounts, groups and types that have to exist, the contract on extra data, and signed requests. */
export const rules: Rules = {
  handlers: { registerTransactionByEntityId, registerTransactionByExternalKey },
  authenticate,
  errorBody,
  credentials: workingCredentials,
}
