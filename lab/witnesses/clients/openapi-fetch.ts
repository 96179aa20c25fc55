// The fifteen operations through openapi-fetch, with the types that openapi-typescript makes of the documents alone.
import createClient from 'openapi-fetch'
import type { paths as CloudPayments } from '../.generated/openapi-typescript/cloud-payments.ts'
import type { paths as Dialogportal } from '../.generated/openapi-typescript/dialogportal.ts'
import type { paths as DigitalChalk } from '../.generated/openapi-typescript/digitalchalk.ts'
import type { paths as Polis } from '../.generated/openapi-typescript/polis.ts'
import type { paths as Regit } from '../.generated/openapi-typescript/regit.ts'
import { bearer, equal, fields, ids, person, visit, voucher } from './check.ts'

const baseUrl = process.argv[2] ?? ''

const regit = createClient<Regit>({ baseUrl })
const registered = await regit.POST('/Interaction/Register', {
  headers: bearer('regit-user-a'),
  body: { interactionId: ids.form, delegationId: '', fields },
})
equal(
  'registerInteraction',
  registered.data?.data.updatedFields.map(({ status }) => status),
  ['notUpdated', 'updated', 'notUpdated', 'updated', 'notUpdated', 'updated'],
)
const uploaded = await regit.POST('/Interaction/Upload', {
  headers: bearer('regit-user-b'),
  params: { query: { interactionId: ids.form } },
  body: { file: 'the bytes of a photo' },
  bodySerializer: ({ file }) => {
    const form = new FormData()
    form.append('file', new Blob([String(file)], { type: 'image/jpeg' }), 'newphoto.jpg')
    return form
  },
})
equal(
  'uploadDocuments',
  uploaded.data?.data.map(({ fileName, status }) => [fileName, status]),
  [['newphoto.jpg', 'uploaded']],
)
const left = await regit.POST('/Interaction/Unregister', {
  headers: bearer('regit-user-c'),
  body: { interactionId: ids.left, delegationId: '' },
})
equal('unregisterInteraction', left.data?.data.participated, false)

const polis = createClient<Polis>({ baseUrl, headers: bearer('polis-user-a') })
const listed = await polis.GET('/v2/interactions', {
  params: { query: { filter: { '/data/campaignId': ids.campaign }, limit: 2, skip: 0, sort: ['/data/id', 'ASC'] } },
})
equal(
  'listInteractions',
  listed.data?.data.map(({ id }) => id),
  ['2f79b11e-e23c-4305-ba72-32d97311d053', ids.interaction],
)
const flat = await polis.POST('/v2/interactions', { body: visit })
equal('createInteraction', [flat.response.status, flat.data?.data.unavailable], [201, false])
const wrapped = await polis.POST('/v2/interactions', { body: { data: visit } })
equal('createInteraction, wrapped', wrapped.response.status, 201)
const path = { id: ids.interaction }
const read = await polis.GET('/v2/interactions/{id}', { params: { path } })
const etag = read.data?.meta.etag ?? ''
equal('getInteraction', etag, '47a-h6vIm4ttg8qp/cFMmsY+JtWtBsc')
const patched = await polis.PATCH('/v2/interactions/{id}', {
  params: { path, header: { etag } },
  body: {
    data: [
      { op: 'replace', path: '/successful', value: false },
      { op: 'replace', path: '/unavailable', value: false },
    ],
  },
})
equal('patchInteraction', [patched.data?.data.successful, patched.data?.data.unavailable], [false, false])
const stale = await polis.PATCH('/v2/interactions/{id}', { params: { path, header: { etag } }, body: { data: [] } })
equal('patchInteraction, stale', [stale.response.status, stale.error?.statusCode], [412, 412])
const deleted = await polis.DELETE('/v2/interactions/{id}', {
  params: { path, header: { etag: patched.data?.meta.etag ?? '' } },
})
equal('deleteInteraction', deleted.response.status, 200)

const cloud = createClient<CloudPayments>({ baseUrl, headers: { 'api-key': 'cloud-payments-key' } })
const header = { tenantName: 'CBD' }
const self = await cloud.POST('/user/selfregister', { params: { header }, body: { ...person, username: 'jamessmith' } })
// The document promises JSON or text, and so do the types.
equal(
  'selfRegister',
  typeof self.data === 'object' && self.data.selfRegistrationResponse.contextResponse.statusCode,
  'SUCCESS',
)
const asText = await cloud.POST('/user/selfregister', {
  params: { header },
  headers: { Accept: 'text/plain' },
  parseAs: 'text',
  body: { ...person, username: 'jamestwo' },
})
equal(
  'selfRegister, text/plain',
  (JSON.parse(String(asText.data)) as { selfRegistrationResponse?: { username?: string } }).selfRegistrationResponse
    ?.username,
  'jamestwo',
)
const privileged = await cloud.POST('/user/registerPrivilegeUsers', {
  params: { header },
  headers: bearer('cp-service-owner'),
  body: { ...person, username: 'CashierMariaA', role: ['ADMIN'], isResetRequired: false, userType: 'SERVICE_OWNER' },
})
equal(
  'registerPrivilegeUsers',
  typeof privileged.data === 'object' && privileged.data.PrivilegeUserRegistrationResponse.role,
  ['ADMIN'],
)
const closed = await cloud.POST('/user/updatePersonStatus', {
  params: { header },
  headers: bearer('cp-service-owner'),
  body: { personId: ids.person, reason: 'de-register user', status: 'X' },
})
equal('updatePersonStatus', typeof closed.data === 'object' && closed.data.getCompanyResponse.status, 'X')

const chalk = createClient<DigitalChalk>({ baseUrl })
const taken = await chalk.POST('/dc/api/v5/registrations', { body: { userId: ids.user, offeringId: ids.offering } })
equal('createRegistration', [taken.response.status, taken.data], [201, undefined])
equal(
  'createRegistration, Location',
  taken.response.headers.get('location')?.startsWith('/dc/api/v5/registrations/'),
  true,
)
const registration = await chalk.GET('/dc/api/v5/registrations/{id}', { params: { path: { id: ids.registration } } })
equal('getRegistration', registration.data?.status, 'active')

const portal = createClient<Dialogportal>({ baseUrl })
const byId = await portal.POST('/entity/id/{entityId}/transactions/{transactionGroupId}', {
  params: { path: { entityId: '1001', transactionGroupId: 12478636 } },
  body: voucher,
})
equal(
  'registerTransactionByEntityId',
  [byId.data?.transactionID, byId.data?.transactionGroupName],
  [12478636, 'SomeGroupName'],
)
const byKey = await portal.POST('/entity/ext-key/{extKey}/{extType}/transactions/{transactionGroupId}', {
  params: { path: { extKey: 'member-1001', extType: '1', transactionGroupId: 12478636 } },
  body: voucher,
})
equal('registerTransactionByExternalKey', byKey.data?.reference, 'RegisterSomeVoucherID')
console.log('15 operations called')
