export interface LoadOptions {
  /** Hold every document to the strictest reading, as our own are. */
  readonly strictSpec?: boolean
  /** Overlay files that are laid over the documents, in this order, after those that lie beside them. */
  readonly overlay?: readonly string[]
  /** Read documents and what they refer to from the network, too. */
  readonly allowRemote?: boolean
  /** What `fetchRemote` has fetched, by URL. */
  readonly remote?: ReadonlyMap<string, RemoteText>
  /** Told of each URL that is not among them. */
  readonly onMissing?: (url: string) => void
  /** What is known of documents before they are read, by the path of their file. */
  readonly opened?: ReadonlyMap<string, KnownDocument>
}

export interface KnownDocument {
  /** Of its bytes. */
  readonly hash: string
  /** What `storedDocument` made of it in another thread. */
  readonly bytes?: Buffer
}

/** The text of a URL, or why there is none. */
export type RemoteText = string | { readonly problem: string }
