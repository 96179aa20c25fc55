/** Faulty mocks, or faulty second implementations. */
export type Part = 'seeded' | 'independent'
