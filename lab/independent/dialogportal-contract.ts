/** What the contract says about a type of transactions. */
export interface TransactionType {
  readonly name: string
  /** Extra information of the type, all of it required and numeric. */
  readonly extra: readonly string[]
}

export interface TransactionGroup {
  readonly name: string
  readonly types: ReadonlyMap<number, TransactionType>
}

export const GROUPS: ReadonlyMap<string, TransactionGroup> = new Map([
  [
    '12478636',
    {
      name: 'SomeGroupName',
      types: new Map([
        [9, { name: 'Redeemed somewhere', extra: ['latitude', 'longitude'] }],
        [22, { name: 'SomeTypeName', extra: [] }],
      ]),
    },
  ],
  ['500', { name: 'Five hundred', types: new Map([[31, { name: 'Plain', extra: [] }]]) }],
])

export const ENTITIES: readonly string[] = ['1001', '1002']

/** External keys by their type. */
export const EXTERNAL: ReadonlyMap<string, string> = new Map([
  ['1', 'member-1001'],
  ['2', 'anna berg/ö@example.com'],
])
