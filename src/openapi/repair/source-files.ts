/** The other files that a document refers to. */
export interface SourceFiles {
  /**
   * Opens the file that a reference in another one names. Its key is `''` for the root file; the value is its own, a new one
   * only when the key is new.
   */
  open(from: string, path: string): OpenedFile | { readonly problem: string }
}

export interface OpenedFile {
  readonly key: string
  readonly value: unknown
}
