import { refuse, reply, type Exchange, type Handler, type Refusal, type Rules } from '../../mock/handlers/handler.ts'
import type { State } from '../../store/state.ts'
import { accountIdOf, actorOf } from './actor.ts'
import { storeUpload } from './document.ts'
import { errorBody } from './error-body.ts'
import { readForm, type SubmittedField } from './form.ts'
import { interactionWith, unknownInteraction, type Interaction } from './interaction.ts'
import { endParticipation, participationOf, startParticipation } from './participation.ts'
import { updateVault } from './vault.ts'

interface RegistrationRequest {
  readonly interactionId: string
  readonly delegationId?: string
  readonly fields?: readonly SubmittedField[]
}

const registerInteraction: Handler = (exchange) => {
  const { state } = exchange
  // The engine has validated the body by its schema.
  const { interactionId, delegationId, fields = [] } = exchange.body as RegistrationRequest
  const actor = actorOf(exchange, delegationId, 'register')
  if (actor.kind === 'refusal') return actor
  const interaction = interactionWith(state, interactionId)
  if (!interaction) return unknownInteraction()
  const objection = objectionToJoining(state, interactionId, actor.accountId)
  if (objection) return objection
  const form = readForm(state, interaction, actor, fields)
  if (form.kind === 'refusal') return form
  const updatedFields = updateVault(state, actor.accountId, form.entries)
  startParticipation(state, interactionId, actor, form.entries)
  return success('Interaction registered successfully', { interactionId, accountId: actor.accountId, updatedFields })
}

/** A pending invitation may be accepted, so it is no objection. */
function objectionToJoining(state: State, interactionId: string, accountId: string): Refusal | undefined {
  const status = participationOf(state, interactionId, accountId)?.status
  if (status === undefined || status === 'pending') return undefined
  return status === 'terminated'
    ? refuse(409, 'Handshake terminated', { code: 'handshake.terminated' })
    : refuse(409, 'Interaction already registered', { code: 'interaction.already.registered' })
}

const uploadDocuments: Handler = (exchange) => {
  const { state, query, files } = exchange
  const interactionId = String(query['interactionId'])
  // Browsers send a part without a name for a file input that was left empty.
  const named = files.filter((file) => file.name !== '')
  if (named.length === 0) return refuse(400, 'Missing files', { by: 'validation', code: 'upload.missing' })
  if (!interactionWith(state, interactionId)) return unknownInteraction()
  const accountId = accountIdOf(exchange)
  const stored = named.map((file) => storeUpload(state, accountId, interactionId, file))
  return success(
    'Files uploaded',
    stored.map(({ filePath, fileName }) => ({ filePath, fileName, status: 'uploaded' })),
  )
}

const unregisterInteraction: Handler = (exchange) => {
  const { state } = exchange
  const { interactionId, delegationId } = exchange.body as Omit<RegistrationRequest, 'fields'>
  const actor = actorOf(exchange, delegationId, 'unregister')
  if (actor.kind === 'refusal') return actor
  const interaction = interactionWith(state, interactionId)
  if (!interaction) return unknownInteraction()
  const objection = objectionToLeaving(exchange, interaction, actor.accountId)
  if (objection) return objection
  endParticipation(state, interactionId, actor.accountId)
  return success('Interaction unregistered successfully', {
    interactionId,
    accountId: actor.accountId,
    participated: false,
  })
}

function objectionToLeaving({ state }: Exchange, interaction: Interaction, accountId: string): Refusal | undefined {
  if (interaction.type === 'handshake') return refuse(409, 'Cannot unregister handshake interaction')
  const takesPart = participationOf(state, interaction.id, accountId)?.status === 'active'
  return takesPart ? undefined : refuse(409, 'Interaction not already registered')
}

function success(message: string, data: unknown) {
  return reply(200, { success: true, message, data })
}

/** What the schemas of Regit cannot say: delegations, forms, vaults and who takes part in what. */
export const rules: Rules = {
  handlers: { registerInteraction, uploadDocuments, unregisterInteraction },
  errorBody,
}
