import type { Knowledge } from './knowledge.ts'

/** How a request is signed, and the sub codes of what can be wrong with it (ruling dialogportal d). */
export const dialogportal: Knowledge = {
  signings: {
    '/components/securitySchemes/signature': {
      credential: 'app',
      members: { key: 'AppKey', time: 'IssuedAt', token: 'Token' },
      minutes: 60,
      codeMember: 'subCode',
      codes: {
        repeated: '401.2',
        malformed: '401.3',
        key: '401.4',
        time: '401.5',
        age: '401.6',
        unknownKey: '401.7',
        noToken: '401.8',
        token: '401.9',
      },
    },
  },
}
