// The fifteen operations through the clients that @hey-api/openapi-ts makes of the documents alone.
import { client as cloudClient } from '../.generated/hey-api/cloud-payments/client.gen'
import { registerPrivilegeUsers, selfRegister, updatePersonStatus } from '../.generated/hey-api/cloud-payments'
import { client as portalClient } from '../.generated/hey-api/dialogportal/client.gen'
import { registerTransactionByEntityId, registerTransactionByExternalKey } from '../.generated/hey-api/dialogportal'
import { client as chalkClient } from '../.generated/hey-api/digitalchalk/client.gen'
import { createRegistration, getRegistration } from '../.generated/hey-api/digitalchalk'
import { client as polisClient } from '../.generated/hey-api/polis/client.gen'
import {
  createInteraction,
  deleteInteraction,
  getInteraction,
  listInteractions,
  patchInteraction,
} from '../.generated/hey-api/polis'
import { client as regitClient } from '../.generated/hey-api/regit/client.gen'
import { registerInteraction, unregisterInteraction, uploadDocuments } from '../.generated/hey-api/regit'
import { bearer, equal, fields, ids, person, visit, voucher } from './check'

const baseUrl = process.argv[2] ?? ''
for (const client of [cloudClient, portalClient, chalkClient, polisClient, regitClient]) client.setConfig({ baseUrl })

const registered = await registerInteraction({
  headers: bearer('regit-user-a'),
  body: { interactionId: ids.form, delegationId: '', fields },
})
equal('registerInteraction', registered.data?.data.updatedFields.length, 6)
const uploaded = await uploadDocuments({
  headers: bearer('regit-user-b'),
  query: { interactionId: ids.form },
  body: { file: new File(['the bytes of a photo'], 'newphoto.jpg', { type: 'image/jpeg' }) },
})
equal(
  'uploadDocuments',
  uploaded.data?.data.map(({ fileName }) => fileName),
  ['newphoto.jpg'],
)
const left = await unregisterInteraction({ headers: bearer('regit-user-c'), body: { interactionId: ids.left } })
equal('unregisterInteraction', left.data?.data.participated, false)

polisClient.setConfig({ baseUrl, headers: bearer('polis-user-a') })
const listed = await listInteractions({
  query: { filter: { '/data/campaignId': ids.campaign }, limit: 2, skip: 0, sort: ['/data/id', 'ASC'] },
})
equal(
  'listInteractions',
  listed.data?.data.map(({ id }) => id),
  ['2f79b11e-e23c-4305-ba72-32d97311d053', ids.interaction],
)
const flat = await createInteraction({ body: visit })
equal('createInteraction', [flat.response?.status, flat.data?.data.unavailable], [201, false])
const wrapped = await createInteraction({ body: { data: visit } })
equal('createInteraction, wrapped', wrapped.response?.status, 201)
const path = { id: ids.interaction }
const read = await getInteraction({ path })
const etag = read.data?.meta.etag ?? ''
equal('getInteraction', etag, '47a-h6vIm4ttg8qp/cFMmsY+JtWtBsc')
const patched = await patchInteraction({
  path,
  headers: { etag },
  body: {
    data: [
      { op: 'replace', path: '/successful', value: false },
      { op: 'replace', path: '/unavailable', value: false },
    ],
  },
})
equal('patchInteraction', [patched.data?.data.successful, patched.data?.data.unavailable], [false, false])
const deleted = await deleteInteraction({ path, headers: { etag: patched.data?.meta.etag ?? '' } })
equal('deleteInteraction', deleted.response?.status, 200)

const headers = { tenantName: 'CBD', 'api-key': 'cloud-payments-key' }
const self = await selfRegister({ headers, body: { ...person, username: 'jamessmith' } })
equal('selfRegister', statusOf(self.data), 'SUCCESS')
const asText = await selfRegister({
  headers: { ...headers, Accept: 'text/plain' },
  parseAs: 'text',
  body: { ...person, username: 'jamestwo' },
})
equal('selfRegister, text/plain', typeof asText.data, 'string')
const authorized = { ...headers, ...bearer('cp-service-owner') }
const privileged = await registerPrivilegeUsers({
  headers: authorized,
  body: { ...person, username: 'CashierMariaA', role: ['ADMIN'], userType: 'SERVICE_OWNER' },
})
equal('registerPrivilegeUsers', statusOf(privileged.data), 'SUCCESS')
const closed = await updatePersonStatus({
  headers: authorized,
  body: { personId: ids.person, reason: 'de-register user', status: 'X' },
})
equal('updatePersonStatus', statusOf(closed.data), 'SUCCESS')

const taken = await createRegistration({ body: { userId: ids.user, offeringId: ids.offering } })
equal('createRegistration', [taken.response?.status, taken.error], [201, undefined])
const registration = await getRegistration({ path: { id: ids.registration } })
equal('getRegistration', registration.data?.status, 'active')

const byId = await registerTransactionByEntityId({
  path: { entityId: '1001', transactionGroupId: 12478636 },
  body: voucher,
})
equal('registerTransactionByEntityId', byId.data?.transactionID, 12478636)
const byKey = await registerTransactionByExternalKey({
  path: { extKey: 'member-1001', extType: '1', transactionGroupId: 12478636 },
  body: voucher,
})
equal('registerTransactionByExternalKey', byKey.data?.reference, 'RegisterSomeVoucherID')
console.log('15 operations called')

/** The answer is JSON or text by its type; as JSON it has one root property. */
function statusOf(data: object | string | undefined): unknown {
  const [root] = typeof data === 'object' ? (Object.values(data) as { contextResponse: { statusCode: string } }[]) : []
  return root?.contextResponse.statusCode
}
