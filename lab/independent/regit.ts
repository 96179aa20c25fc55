import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Defects } from './defects.ts'
import { type HttpRequest, type HttpResponse, type IndependentApi, json } from './http.ts'
import type { Json, JsonObject } from './json.ts'
import { partsOf } from './multipart.ts'
import { Crash, type Has, headerOf, type Methods, route } from './protocol.ts'
import { Refusal } from './refusal.ts'
import { envelope, kept, listed, refusalResponse } from './regit-answers.ts'
import { actorFor, checkDelegationType, lenient } from './regit-delegation.ts'
import { type Accepted, acceptedFields, isSame, submittedFields } from './regit-form.ts'
import {
  type Call,
  findInteraction,
  identify,
  interactionId,
  participationOf,
  readBody,
  spelled,
} from './regit-request.ts'
import { ACCOUNTS, type RegitState, seededState, TERMINATED } from './regit-seed.ts'
import { checkFiles, folderOf, storedName, uniqueBy, uploadInteraction } from './regit-upload.ts'

/** Regit as the text alone makes it, with the given defects. */
export function createRegit(defects: Defects): IndependentApi {
  const regit = new Regit((defect) => defects.has(`regit/${defect}`))
  return Object.assign((request: HttpRequest) => regit.answer(request), { reset: () => regit.reset() })
}

class Regit {
  private readonly has: Has
  private state: RegitState = seededState()
  /** Paths that some call has written. */
  private written = new Set<string>()

  constructor(has: Has) {
    this.has = has
  }

  reset(): void {
    this.state = seededState()
    this.written.clear()
  }

  async answer(request: HttpRequest): Promise<HttpResponse | undefined> {
    const [, prefix, rest] = /^(\/Api)?\/Interaction(?:\/(.*))?$/.exec(spelled(this.has, request.path)) ?? []
    if (!/^(\/Api)?\/Interaction(\/|$)/.test(spelled(this.has, request.path))) return undefined
    const isServed = prefix === undefined || !this.has('protocol/api-prefix-unknown')
    const isCall = rest === 'Register' || rest === 'Upload' || rest === 'Unregister'
    const methods: Methods | undefined = isCall && isServed ? { POST: () => this.posted(request, rest) } : undefined
    return route({ request, methods, refuse: (refusal) => refusalResponse(this.has, refusal), has: this.has })
  }

  private async posted(request: HttpRequest, call: Call): Promise<HttpResponse> {
    try {
      const account = identify(this.has, request, call)
      if (call === 'Upload') return this.upload(request, account)
      const body = readBody(this.has, request)
      return call === 'Register'
        ? await this.register(body, account, request.path.startsWith('/Api/'))
        : await this.unregister(body, account)
    } catch (error) {
      if (!(error instanceof Refusal)) throw new Crash(error)
      return refusalResponse(this.has, error)
    }
  }

  private async register(body: JsonObject, account: string, isBelow: boolean): Promise<HttpResponse> {
    const id = interactionId(this.has, body)
    const fields = submittedFields(body['fields'], this.has)
    checkDelegationType(this.has, body)
    const interaction = findInteraction(this.has, id)
    const actor = actorFor(this.has, body, account, 'register')
    const participation = participationOf(this.has, id, actor)
    if (this.has('register/terminated-after-fields') && fields.some(({ value }) => value === 5))
      throw new Refusal(400, 'Invalid value', 'interaction.field.invalid')
    if (actor === account || !this.has('register/twice-by-delegation')) this.refuseRegistered(participation)
    if (this.has('register/participation-before-check')) this.state.participations.add(participation)
    if (this.has('register/parallel-calls-both-win')) await nextTurn()
    const isUploaded = (filePath: string, fileName: string): boolean =>
      this.isUploaded(filePath, fileName, [actor, account])
    const has = lenient(this.has, this.writingOnFailure(actor, fields), { isDelegated: actor !== account, isBelow })
    const accepted = acceptedFields(interaction.form, fields, { has, isUploaded })
    const isKept =
      !this.has('register/not-stored') && !(interaction.isHandshake && this.has('register/handshake-not-stored'))
    if (isKept) this.state.participations.add(participation)
    const updatedFields = accepted.map((field) =>
      this.updated(field, this.has('register/writes-callers-vault') ? account : actor),
    )
    return json(this.has('register/status-201') ? 201 : 200, {
      ...envelope(
        this.has,
        this.has('register/other-message') ? 'Interaction registered' : 'Interaction registered successfully',
      ),
      data: {
        updatedFields: this.has('register/updated-fields-by-path')
          ? Object.fromEntries(updatedFields.map((one) => [one['path'], one]))
          : listed(this.has, updatedFields),
        ...(this.has('register/no-account-id')
          ? {}
          : { accountId: this.has('register/answers-callers-account') ? account : actor }),
        ...(this.has('register/no-interaction-id') ? {} : { interactionId: id }),
      },
    })
  }

  /** A server that writes while it still checks: everything that came before the refusal is in the vault. */
  private writingOnFailure(
    actor: string,
    fields: readonly { readonly path: string; readonly isNew: boolean; readonly value: Json | undefined }[],
  ): Has {
    if (!this.has('register/vault-written-before-check')) return this.has
    for (const { path, isNew, value } of fields) if (isNew && value !== undefined) this.vault(actor).set(path, value)
    return this.has
  }

  private refuseRegistered(participation: string): void {
    if (TERMINATED.has(participation) && !this.has('register/terminated-accepted')) {
      throw new Refusal(409, 'Handshake terminated', 'handshake.terminated')
    }
    if (!this.state.participations.has(participation) || this.has('register/twice-accepted')) return
    const status = this.has('register/twice-is-400') ? 400 : this.has('register/twice-is-200') ? 200 : 409
    throw new Refusal(
      status,
      'Interaction already registered',
      this.has('register/twice-without-code') ? undefined : 'interaction.already.registered',
    )
  }

  private isUploaded(filePath: string, fileName: string, accounts: readonly string[]): boolean {
    const known = this.has('register/documents-of-anybody')
      ? [...ACCOUNTS.values()]
      : this.has('register/documents-of-delegator-only')
        ? accounts.slice(0, 1)
        : accounts
    if (this.has('register/only-file-name-compared'))
      return [...this.state.documents].some((one) => one.endsWith(`/${fileName}`))
    const isOwn = known.some((account) => filePath === folderOf(account)) || this.has('register/documents-of-anybody')
    return isOwn && this.state.documents.has(`${filePath}/${fileName}`)
  }

  private vault(account: string): Map<string, Json> {
    const vault = this.state.vaults.get(account) ?? new Map<string, Json>()
    this.state.vaults.set(account, vault)
    return vault
  }

  private updated({ path, isNew, value }: Accepted, account: string): JsonObject {
    const vault = this.vault(account)
    const isUpdated =
      (isNew || this.has('register/current-values-written')) && !isSame(value, vault.get(path), this.has)
    const keeps =
      !this.has('register/vault-not-written') &&
      !(this.has('register/lists-and-objects-not-written') && typeof value === 'object') &&
      !(this.has('register/objects-not-written') && typeof value === 'object' && !Array.isArray(value)) &&
      !(this.has('register/written-once-only') && Array.isArray(value) && this.written.has(path)) &&
      !(this.has('register/second-documents-lost') && path.endsWith('.photo') && vault.has(path))
    if (isUpdated && keeps) vault.set(path, kept(this.has, value))
    if (isUpdated) this.written.add(path)
    const listedAs = isUpdated || (isNew && this.has('register/new-is-always-updated'))
    const status = this.has('register/status-in-words')
      ? listedAs
        ? 'Updated'
        : 'Not updated'
      : listedAs
        ? 'updated'
        : 'notUpdated'
    const success = this.has('register/field-success-always-true') || listedAs
    return {
      status,
      path: this.has('register/path-without-dot') ? path.slice(1) : path,
      ...(this.has('register/field-success-missing')
        ? {}
        : { success: this.has('register/field-success-as-text') ? String(success) : success }),
      ...(this.has('register/values-leak') ? { value } : {}),
    }
  }

  private async unregister(body: JsonObject, account: string): Promise<HttpResponse> {
    const id = interactionId(this.has, body)
    checkDelegationType(this.has, body)
    const interaction = findInteraction(this.has, id)
    const actor = actorFor(this.has, body, account, 'unregister')
    const participation = participationOf(this.has, id, actor)
    const isMine = this.state.participations.has(participation) || TERMINATED.has(participation)
    const isSpared = !isMine && this.has('unregister/handshake-of-others-accepted')
    if (interaction.isHandshake && !this.has('unregister/handshake-accepted') && !isSpared) {
      if (this.has('unregister/handshake-refused-too-late')) this.state.participations.delete(participation)
      throw new Refusal(this.has('unregister/handshake-is-400') ? 400 : 409, 'Cannot unregister handshake interaction')
    }
    const takesPart = this.state.participations.has(participation)
    if (this.has('unregister/parallel-calls-both-win')) await nextTurn()
    if (!takesPart && !isSpared && !this.has('unregister/without-registration-accepted')) {
      throw new Refusal(
        this.has('unregister/without-registration-is-404') ? 404 : 409,
        'Interaction not already registered',
      )
    }
    this.forget(id, participation, actor, actor !== account)
    return json(200, {
      data: {
        ...(this.has('unregister/no-participated')
          ? {}
          : {
              participated:
                this.has('unregister/still-participated') ||
                (this.has('unregister/participated-as-text') ? 'false' : false),
            }),
        accountId: this.has('unregister/answers-callers-account') ? account : actor,
        ...(this.has('unregister/no-interaction-id') ? {} : { interactionId: id }),
      },
      ...envelope(
        this.has,
        this.has('unregister/other-message')
          ? 'Interaction registered successfully'
          : 'Interaction unregistered successfully',
      ),
    })
  }

  private forget(id: string, participation: string, actor: string, isDelegated: boolean): void {
    const { participations } = this.state
    if (this.has('unregister/does-nothing') || (this.has('unregister/does-nothing-delegated') && isDelegated)) return
    participations.delete(participation)
    if (this.has('unregister/takes-everybody'))
      for (const one of participations) if (one.startsWith(id)) participations.delete(one)
    if (this.has('unregister/takes-every-interaction'))
      for (const one of participations) if (one.endsWith(actor)) participations.delete(one)
    if (this.has('unregister/clears-the-vault')) this.vault(actor).clear()
  }

  private upload(request: HttpRequest, account: string): HttpResponse {
    const type = headerOf(request, 'content-type') ?? ''
    const isForm =
      /^multipart\/form-data\s*(;|$)/i.test(type) || (this.has('upload/any-multipart') && type.startsWith('multipart/'))
    if (!isForm && this.has('upload/raw-body-accepted')) return this.uploaded([{ fileName: 'upload.bin' }], account)
    if (!isForm) {
      const status = this.has('upload/not-multipart-is-400') ? 400 : 415
      const code = this.has('upload/invalid-without-code') ? undefined : 'upload.invalid'
      throw new Refusal(status, 'Invalid or unsupported file format', code)
    }
    const parts = request.body.length === 0 ? [] : partsOf(request.body, type)
    if (parts === undefined) throw new Refusal(400, 'Invalid parameters')
    uploadInteraction(this.has, request.query)
    const files = parts.flatMap(({ name, fileName, content }) => {
      if (this.has('upload/only-field-file') && name !== 'file') return []
      if (this.has('upload/text-parts-are-files') && fileName === undefined)
        return [{ fileName: name ?? '', size: content.length }]
      if (content.length === 0 && this.has('upload/empty-files-dropped')) return []
      return fileName === undefined || /(^|[/\\])$/.test(fileName) ? [] : [{ fileName, size: content.length }]
    })
    if (this.has('upload/one-file-a-name')) return this.uploaded(uniqueBy(parts, files), account)
    checkFiles(this.has, files)
    if (files.length > 5 && this.has('upload/at-most-five-files')) throw new Refusal(413, 'Too many files')
    if (this.has('upload/forgets-earlier-files')) this.state.documents.clear()
    return this.uploaded(this.has('upload/only-first-file') ? files.slice(0, 1) : files, account)
  }

  private uploaded(files: readonly { readonly fileName: string }[], account: string): HttpResponse {
    const folder = folderOf(this.has('upload/folder-of-user-a') ? (ACCOUNTS.get('regit-user-a') ?? '') : account)
    const items = files.map(({ fileName }) => {
      const name = storedName(this.has, fileName)
      if (!this.has('upload/not-stored')) this.state.documents.add(`${folder}/${name}`)
      return {
        status: this.has('upload/status-in-words') ? 'Uploaded' : 'uploaded',
        fileName: name,
        filePath: this.has('upload/path-with-name')
          ? `${folder}/${name}`
          : this.has('upload/path-with-slash')
            ? `${folder}/`
            : folder,
      }
    })
    const listed = this.has('upload/files-in-order-of-names')
      ? items.toSorted((one, other) => (one.fileName < other.fileName ? -1 : 1))
      : items
    const data = this.has('upload/files-listed-backwards') ? items.toReversed() : listed
    return json(200, {
      ...envelope(this.has, this.has('upload/other-message') ? 'File uploaded' : 'Files uploaded'),
      data: this.has('upload/single-object')
        ? data[0]
        : this.has('upload/no-status')
          ? data.map(({ status: _status, ...item }) => item)
          : data,
    })
  }
}
