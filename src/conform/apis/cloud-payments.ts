import type { Knowledge } from './knowledge.ts'

const headers = ['tenantName']

const otherZone = 'the example of the page answers another time zone than was sent'

/** Every response names the tenant that its request named (ruling cloud-payments d). */
export const cloudPayments: Knowledge = {
  echoes: {
    '/components/schemas/Success': {
      headers,
      why: 'the page does not say which tenant is named, and leaves it out of two of its three examples',
    },
    '/components/schemas/Failure': { headers, why: 'the page names the properties, but shows no error' },
  },
  ownValues: {
    '/components/schemas/SelfRegistrationResult/properties/selfRegistrationResponse/properties/timeZoneFormatted':
      otherZone,
    '/components/schemas/PrivilegedRegistrationResult/properties/PrivilegeUserRegistrationResponse/properties/timeZoneFormatted':
      otherZone,
  },
}
