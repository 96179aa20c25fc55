import { expect, test } from 'vitest'
import { titleOf } from '../../../src/conform/report/title.ts'

test.each([
  ['body.userId is missing', 'a request that breaks this is answered with 201', 'accepts a body without userId (201)'],
  [
    'body.data.name is null',
    'a request that breaks this is answered with 200',
    'accepts a body whose data.name is null (200)',
  ],
  [
    'body has a trailing comma',
    'a request that breaks this is answered with 200',
    'accepts a body that has a trailing comma (200)',
  ],
  [
    'body.name is null',
    'a request that breaks this is refused with 409',
    'refuses a body whose name is null with 409, not 400',
  ],
  [
    'body.entity id is 1',
    'a request that keeps to this is refused with 400',
    'refuses a body whose entity id is 1 (400)',
  ],
  [
    'query.limit is 0',
    'a request that keeps to this is answered with 204',
    'answers a request in which the query parameter limit is 0 with 204, not 400',
  ],
  [
    'query.skip is missing',
    'a request that breaks this is answered with 200',
    'accepts a request without the query parameter skip (200)',
  ],
  ['workflow x', 'Names may be long (9): not so after a read', 'Names may be long: not so after a read'],
  ['workflow x', 'Dates (17, 18 and a)', 'Dates'],
  ['GET', '200 lacks the header location', '200 lacks the header location'],
])('%s: %s', (name, message, title) => {
  expect(titleOf({ caseId: `pets/createPet: ${name}`, message, expected: '400' })).toBe(title)
})
