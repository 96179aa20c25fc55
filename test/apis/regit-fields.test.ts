import { describe, expect, test } from 'vitest'
import { accountOf, club, everyType, failure, fieldsWith, registered, startRegit, type Json } from './regit-client.ts'
import { setBackAfterEachTest } from './set-back.ts'

const { mock, register, vaultOf, upload } = await startRegit()

setBackAfterEachTest(mock)

const names = {
  '.basicInformation.nickname': 'Nickname',
  '.contact.mobile': 'Mobile Phone',
  '.basicInformation.gender': 'Gender',
  '.governmentID.healthCard.bloodType': 'Blood Type',
  '.membership.newsletter': 'Newsletter',
  '.basicInformation.ethnicity': 'Ethnicity',
  '.others.preference.languages': 'Languages',
  '.basicInformation.dob': 'Date of Birth',
  '.membership.until': 'Member Until',
  '.address.currentAddress.address': 'Current Address',
  '.basicInformation.location': 'Location',
  '.others.body.height': 'Height',
  '.governmentID.passportID.photo': 'Passport Photo',
  '.Custom.Question.1': 'What do you expect from us?',
  '.Custom.Question.2': 'Which is your favourite colour?',
  '.membership.ageGroup': 'Age Group',
} as const

type Path = keyof typeof names
type Row = readonly [path: Path, value: unknown]

const texts = {
  empty: 'Missing value for field',
  invalid: 'Value of invalid data type for field',
  'invalid.format': 'Invalid format for field',
  'invalid.value': 'Invalid value for field',
} as const

const refused: Readonly<Record<keyof typeof texts, readonly Row[]>> = {
  empty: [
    ['.basicInformation.nickname', ''],
    ['.basicInformation.nickname', null],
    ['.basicInformation.nickname', undefined],
    ['.contact.mobile', ''],
    ['.basicInformation.gender', ''],
    ['.governmentID.healthCard.bloodType', null],
    ['.membership.newsletter', null],
    ['.basicInformation.ethnicity', []],
    ['.others.preference.languages', '[]'],
    ['.basicInformation.dob', ''],
    ['.address.currentAddress.address', ''],
    ['.basicInformation.location', null],
    ['.basicInformation.location', ''],
    ['.others.body.height', ''],
    ['.governmentID.passportID.photo', []],
    ['.governmentID.passportID.photo', '[]'],
    ['.Custom.Question.1', ''],
  ],
  invalid: [
    ['.basicInformation.nickname', 5],
    ['.basicInformation.nickname', true],
    ['.basicInformation.nickname', ['Cee']],
    ['.basicInformation.nickname', { text: 'Cee' }],
    ['.contact.mobile', 84909090909],
    ['.basicInformation.gender', ['Male']],
    ['.governmentID.healthCard.bloodType', 0],
    ['.membership.newsletter', 'true'],
    ['.membership.newsletter', 1],
    ['.basicInformation.ethnicity', 'American'],
    ['.basicInformation.ethnicity', '{"0":"American"}'],
    ['.basicInformation.ethnicity', ['American', 5]],
    ['.others.preference.languages', { 0: 'English' }],
    ['.others.preference.languages', '["English"'],
    ['.basicInformation.dob', 20190101],
    ['.basicInformation.dob', { year: 2019 }],
    ['.address.currentAddress.address', ['12B Ligua St.']],
    ['.basicInformation.location', 'Spain'],
    ['.basicInformation.location', ['Spain']],
    ['.basicInformation.location', '["Spain"]'],
    ['.basicInformation.location', 'null'],
    ['.others.body.height', 1.7],
    ['.others.body.height', '1.7'],
    ['.governmentID.passportID.photo', { filePath: '/', fileName: 'a' }],
    ['.governmentID.passportID.photo', 'newphoto.jpg'],
    ['.Custom.Question.2', ['Red']],
    ['.membership.ageGroup', 1],
  ],
  'invalid.format': [
    ['.contact.mobile', '+84 90 909'],
    ['.contact.mobile', '84-909'],
    ['.contact.mobile', '++84909'],
    ['.contact.mobile', '+'],
    ['.contact.mobile', 'phone'],
    ['.basicInformation.dob', '01.02.2019'],
    ['.basicInformation.dob', '2019-1-1'],
    ['.basicInformation.dob', '2019-01-01 00:00'],
    ['.basicInformation.dob', '2019-01-01T25:00:00Z'],
    ['.basicInformation.dob', '2019-01-01T'],
    ['.basicInformation.dob', 'born on 2019-01-01'],
    ['.membership.until', 'Indefinite'],
    ['.basicInformation.location', {}],
    ['.basicInformation.location', { city: 'Ibiza' }],
    ['.basicInformation.location', { country: '' }],
    ['.basicInformation.location', { country: 34 }],
    ['.basicInformation.location', { country: 'Spain', city: 5 }],
    ['.basicInformation.location', '{"city":"Ibiza"}'],
    ['.basicInformation.location', '{"__proto__":{"country":"Spain"}}'],
    ['.others.body.height', { unit: 'meter' }],
    ['.others.body.height', { amount: '' }],
    ['.others.body.height', { amount: null }],
    ['.others.body.height', { amount: true }],
    ['.others.body.height', { amount: '1.7', unit: 3 }],
    ['.governmentID.passportID.photo', ['newphoto.jpg']],
    ['.governmentID.passportID.photo', [{ filePath: '/Content' }]],
    ['.governmentID.passportID.photo', [{ filePath: '', fileName: '' }]],
    ['.governmentID.passportID.photo', [null]],
  ],
  'invalid.value': [
    ['.basicInformation.gender', 'male'],
    ['.basicInformation.gender', 'Unknown'],
    ['.governmentID.healthCard.bloodType', 'C'],
    ['.basicInformation.dob', '1899-12-31'],
    ['.basicInformation.dob', '2019-13-01'],
    ['.basicInformation.dob', '2019-02-30'],
    ['.basicInformation.dob', '2019-02-29'],
    ['.basicInformation.dob', '2019-01-00'],
    ['.basicInformation.dob', '2019-02-30T00:00:00.000Z'],
    ['.others.body.height', { amount: 'tall' }],
    ['.governmentID.passportID.photo', [{ filePath: '/Content/vault/documents/x/uploads', fileName: 'a.jpg' }]],
    ['.Custom.Question.2', 'Yellow'],
    ['.membership.ageGroup', '65-99'],
    ['.membership.ageGroup', '3'],
    ['.membership.ageGroup', '-1'],
  ],
}

for (const [problem, rows] of Object.entries(refused) as [keyof typeof texts, readonly Row[]][]) {
  test.each(rows)(`a value is refused as ${problem}: %s %j (regit 21, 23, p, r)`, async (path, value) => {
    const before = await vaultOf('user-a')
    const field = { source: 'newValue', path, ...(value !== undefined && { value }) }
    expect(await register({ interactionId: everyType, fields: [field] })).toMatchObject({
      status: 400,
      body: failure(`${texts[problem]}: ${names[path]} (${path})`, `interaction.field.${problem}`),
      headers: { 'x-mock-refused-by': 'rule' },
    })
    expect(await vaultOf('user-a')).toEqual(before)
  })
}

describe('a new value is stored in one notation', () => {
  const stored: readonly (readonly [path: Path, sent: unknown, kept: unknown])[] = [
    ['.basicInformation.nickname', 'Çé 李 😀', 'Çé 李 😀'],
    ['.basicInformation.nickname', '<script>', '<script>'],
    ['.contact.mobile', '6590909090', '+6590909090'],
    ['.contact.mobile', '+6590909090', '+6590909090'],
    ['.basicInformation.gender', 'Other', 'Other'],
    ['.governmentID.healthCard.bloodType', 'AB', 'AB'],
    ['.membership.newsletter', false, false],
    ['.basicInformation.ethnicity', ['American', 'Chinese'], ['American', 'Chinese']],
    ['.basicInformation.ethnicity', '["American"]', ['American']],
    ['.others.preference.languages', ['English'], ['English']],
    ['.basicInformation.dob', '1966-12-26', '1966-12-26'],
    ['.basicInformation.dob', '2020-02-29T23:59:59+08:00', '2020-02-29'],
    ['.basicInformation.dob', '1900-01-01T00:00Z', '1900-01-01'],
    ['.membership.until', '', ''],
    ['.membership.until', '2030-12-31', '2030-12-31'],
    ['.address.currentAddress.address', '12B Ligua St.', '12B Ligua St.'],
    ['.basicInformation.location', { country: 'India', city: 'Mumbai' }, { country: 'India', city: 'Mumbai' }],
    ['.basicInformation.location', { country: 'India' }, { country: 'India', city: null }],
    ['.basicInformation.location', '{"country":"India","city":null}', { country: 'India', city: null }],
    ['.others.body.height', { amount: '1.7', unit: 'meter' }, { amount: '1.7', unit: 'meter' }],
    ['.others.body.height', { amount: 1.7 }, { amount: '1.7', unit: null }],
    ['.others.body.height', '{"amount":170,"unit":"cm"}', { amount: '170', unit: 'cm' }],
  ]

  test.each(stored)(
    '%s %j as %j, and is then no change any more (regit 14-17, 23, 31, p)',
    async (path, value, kept) => {
      const field = { source: 'newValue', path, value }
      const fields = [field]
      expect((await register({ interactionId: everyType, fields })).body).toEqual(
        registered(everyType, 'user-a', [[path, 'updated']]),
      )
      expect((await vaultOf('user-a'))[path]).toEqual(kept)
      mock.setState('the account does not take part in the interaction', { interactionId: everyType })
      expect((await register({ interactionId: everyType, fields })).body).toEqual(
        registered(everyType, 'user-a', [[path, 'notUpdated']]),
      )
    },
  )

  test.each<Row>([
    ['.Custom.Question.1', 'Anything'],
    ['.Custom.Question.2', 'Red'],
    ['.membership.ageGroup', '18-39'],
    ['.membership.ageGroup', '0'],
  ])('except for %s, which goes to the business only (regit 4, 32)', async (path, value) => {
    const field = { source: 'newValue', path, value }
    expect((await register({ interactionId: everyType, fields: [field] })).body).toEqual(
      registered(everyType, 'user-a', [[path, 'notUpdated']]),
    )
    expect(await vaultOf('user-a')).not.toHaveProperty([path])
  })
})

describe('a documented field', () => {
  const cases: readonly (readonly [path: string, value: unknown, message: string, error: string])[] = [
    ['.basicInformation.firstName', '', 'Missing value for field: First Name', 'empty'],
    ['.basicInformation.firstName', ['Chris'], 'Value of invalid data type for field: First Name', 'invalid'],
    ['.contact.home', 84909090909, 'Value of invalid data type for field: Home Phone', 'invalid'],
    [
      '.governmentID.birthCertificate.location',
      'Spain',
      'Value of invalid data type for field: Place of Birth',
      'invalid',
    ],
    [
      '.governmentID.birthCertificate.location',
      { city: 'Ibiza' },
      'Invalid format for field: Place of Birth',
      'invalid.format',
    ],
    ['.governmentID.passportID.expiryDate', 'soon', 'Invalid format for field: Passport Expiry Date', 'invalid.format'],
    ['.governmentID.passportID.expiryDate', '', 'Missing value for field: Passport Expiry Date', 'empty'],
    ['.others.body.type', 'Slim', 'Value of invalid data type for field: Body Type', 'invalid'],
    ['.address.billingAddress.address', null, 'Missing value for field: Billing Address', 'empty'],
  ]

  test.each(cases)('%s may not be %j, whatever its source (regit 21)', async (path, value, message, error) => {
    for (const source of ['newValue', 'vaultCurrentValue']) {
      expect(await register({ interactionId: club, fields: fieldsWith(path, { source, value }) })).toMatchObject({
        status: 400,
        body: failure(`${message} (${path})`, `interaction.field.${error}`),
      })
    }
  })

  test('.contact.home is plain text and no checked phone number (regit 14)', async () => {
    const fields = fieldsWith('.contact.home', { value: 'ask Dana' })
    expect((await register({ interactionId: club, fields })).status).toBe(200)
    expect(await vaultOf('user-a')).toMatchObject({ '.contact.home': 'ask Dana' })
  })
})

describe('a document', () => {
  const path = '.governmentID.passportID.photo'
  const directory = `/Content/vault/documents/${accountOf['user-a']}/uploads`
  const sending = (value: unknown): Json => ({
    interactionId: everyType,
    fields: [{ source: 'newValue', path, value }],
  })

  test('must have been uploaded by the account before (regit 24, r)', async () => {
    const value = [{ filePath: directory, fileName: 'mine.jpg' }]
    expect(await register(sending(value))).toMatchObject({
      status: 400,
      body: failure(`Invalid value for field: Passport Photo (${path})`, 'interaction.field.invalid.value'),
    })
    await upload([{ name: 'mine.jpg' }], 'user-a', everyType)
    expect((await register(sending(value))).status).toBe(200)
  })

  test('that somebody else has uploaded is refused (regit r)', async () => {
    await upload([{ name: 'hers.jpg' }], 'user-b', everyType)
    const value = [{ filePath: `/Content/vault/documents/${accountOf['user-b']}/uploads`, fileName: 'hers.jpg' }]
    expect((await register(sending(value))).status).toBe(400)
  })

  test('is one of a list, all of which must be known; other members are dropped (regit 23, 40)', async () => {
    await upload([{ name: 'front.jpg' }, { name: 'back.jpg' }], 'user-a', everyType)
    const front = { filePath: directory, fileName: 'front.jpg' }
    const back = { filePath: directory, fileName: 'back.jpg' }
    expect((await register(sending([front, { ...back, fileName: 'side.jpg' }]))).status).toBe(400)
    const text = JSON.stringify([{ ...front, status: 'uploaded' }, back])
    expect((await register(sending(text))).status).toBe(200)
    expect((await vaultOf('user-a'))[path]).toEqual([front, back])
  })

  test.each([
    [{ filePath: '/Content/vault/documents', fileName: `${accountOf['user-a']}/uploads/mine.jpg` }],
    [{ filePath: `${directory}/`, fileName: 'mine.jpg' }],
    [{ filePath: directory, fileName: '../uploads/mine.jpg' }],
    [{ filePath: directory, fileName: 'MINE.jpg' }],
  ])('is not found under another spelling: %j (regit r)', async (document) => {
    await upload([{ name: 'mine.jpg' }], 'user-a', everyType)
    expect((await register(sending([document]))).status).toBe(400)
  })
})
