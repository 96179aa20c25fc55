/** Which stage of the request refused it; sent as `x-mock-refused-by`. */
export const refusalStages = [
  'routing',
  'security',
  'media-type',
  'size',
  'syntax',
  'validation',
  'rule',
  'fault',
] as const
export type RefusedBy = (typeof refusalStages)[number]
