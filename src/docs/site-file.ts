/** A text that is made once; where the base URL stands in it, each reader gets the own one. */
export interface SiteFile {
  readonly type: string
  readonly text: () => string
}
