import type { Pointer } from '../../openapi/api.ts'

/**
 * What the tester knows of one API that neither its document nor another API's needs to say: the twin of `apis/<api>/`. Each
 * entry is about the schema or scheme at a pointer of the document, so that another document of the same name is not meant.
 */
export interface Knowledge {
  readonly digests?: Readonly<Record<Pointer, Digest>>
  readonly signings?: Readonly<Record<Pointer, Signing>>
  readonly echoes?: Readonly<Record<Pointer, Echo>>
  /** Why a property of an answer need not repeat what was sent under its name. */
  readonly ownValues?: Readonly<Record<Pointer, string>>
  /** Why a server may send the error with the status of a success: it is a refusal all the same. */
  readonly errorsOfAnyStatus?: Readonly<Record<Pointer, string>>
}

/**
 * A string made of the response that it stands in, as compact JSON in the order of the response's example (whole, or at its two
 * upper levels) with `""` in its own place: the length in bytes in hexadecimal, a hyphen, and the first `characters` of the
 * Base64 of the `hash`.
 */
export interface Digest {
  readonly hash: string
  readonly characters: number
  /** Why that is an assumption. */
  readonly why: string
}

/** A header with a JSON object that signs the request it comes with. */
export interface Signing {
  /** The id of the seeded credential whose `appKey` and `appSecret` sign. */
  readonly credential: string
  /** The names of the object's properties. */
  readonly members: { readonly key: string; readonly time: string; readonly token: string }
  /** How far the time may be away from the server's. */
  readonly minutes: number
  /** The property of a refusal that tells what is wrong with a signature. */
  readonly codeMember: string
  readonly codes: Readonly<Record<SigningFault, string>>
}

/** What can be wrong with a signature, in the order in which it is checked. */
export type SigningFault = 'repeated' | 'malformed' | 'key' | 'time' | 'age' | 'unknownKey' | 'noToken' | 'token'

/** The properties of an object that repeat the request's header of the same name. */
interface Echo {
  readonly headers: readonly string[]
  readonly why: string
}
