import type { Defects } from './defects.ts'
import type { HttpRequest, HttpResponse, IndependentApi } from './http.ts'
import type { Json, JsonObject } from './json.ts'
import type { Has, Methods, Refusal as ProtocolRefusal } from './protocol.ts'
import type { Accepted } from './regit-form.ts'
import type { Delegation, RegitInteraction, RegitState } from './regit-seed.ts'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { json } from './http.ts'
import { partsOf } from './multipart.ts'
import { Crash, headerOf, objectOf, readJson, route } from './protocol.ts'
import { Refusal } from './refusal.ts'
import { acceptedFields, asObject, isSame, submittedFields } from './regit-form.ts'
import { ACCOUNTS, DELEGATIONS, INTERACTIONS, seededState, TERMINATED } from './regit-seed.ts'

type Verb = 'register' | 'unregister'
type Call = 'Register' | 'Upload' | 'Unregister'

const TEN_MEBIBYTES = 10 * 1024 * 1024
const FILES = 20

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
    const [, prefix, rest] = /^(\/Api)?\/Interaction(?:\/(.*))?$/.exec(this.spelled(request.path)) ?? []
    if (!/^(\/Api)?\/Interaction(\/|$)/.test(this.spelled(request.path))) return undefined
    const isServed = prefix === undefined || !this.has('protocol/api-prefix-unknown')
    const isCall = rest === 'Register' || rest === 'Upload' || rest === 'Unregister'
    const methods: Methods | undefined = isCall && isServed ? { POST: () => this.posted(request, rest) } : undefined
    return route({ request, methods, refuse: (refusal) => this.refused(refusal), has: this.has })
  }

  private spelled(path: string): string {
    if (!this.has('protocol/letter-case-ignored')) return path
    return path.replace(/[a-z]+/gi, (word) => word[0]?.toUpperCase() + word.slice(1).toLowerCase())
  }

  private async posted(request: HttpRequest, call: Call): Promise<HttpResponse> {
    try {
      const account = this.account(request, call)
      if (call === 'Upload') return this.upload(request, account)
      const body = this.body(request)
      return call === 'Register'
        ? await this.register(body, account, request.path.startsWith('/Api/'))
        : await this.unregister(body, account)
    } catch (error) {
      if (!(error instanceof Refusal)) throw new Crash(error)
      return this.refused(error)
    }
  }

  private refused(refusal: ProtocolRefusal & { readonly code?: string | undefined }): HttpResponse {
    const { status, message, code, headers } = refusal
    const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
    const shown = code === undefined || this.has('errors/no-code') ? {} : { error: code }
    if (this.has('errors/html'))
      return { status, headers: { ...headers, ...challenge, 'content-type': 'text/html' }, body: `<p>${message}</p>` }
    const always = this.has('errors/code-always') && code === undefined ? { error: 'error' } : shown
    const body = {
      ...(this.has('errors/no-message') ? {} : { message }),
      ...always,
      ...(this.has('errors/no-success')
        ? {}
        : { success: this.has('errors/success-true') || (this.has('errors/success-as-text') ? 'false' : false) }),
    }
    return json(this.has('errors/status-200') ? 200 : status, body, { ...headers, ...challenge })
  }

  private account(request: HttpRequest, call: Call): string {
    const isBelow = request.path.startsWith('/Api/')
    if (this.has(`auth/skipped-by-${call.toLowerCase()}`) || (isBelow && this.has('auth/skipped-below-api')))
      return ACCOUNTS.get('regit-user-a') ?? ''
    const [, scheme, token] = /^(\S+) +(\S+)$/.exec(headerOf(request, 'authorization') ?? '') ?? []
    const isBearer = scheme?.toLowerCase() === 'bearer'
    const key = this.has('auth/token-in-any-case') ? token?.toLowerCase() : token
    const account = isBearer || this.has('auth/scheme-ignored') ? ACCOUNTS.get(key ?? '') : undefined
    if (account !== undefined)
      return this.has('auth/everybody-is-user-a') ? (ACCOUNTS.get('regit-user-a') ?? '') : account
    if (token !== undefined && this.has('auth/any-token')) return ACCOUNTS.get('regit-user-a') ?? ''
    if (header(request) !== undefined && this.has('auth/unknown-token-403')) throw new Refusal(403, 'Access denied')
    const message = this.has('auth/other-message') ? 'Unauthorized' : 'Authorization has been denied for this request.'
    throw new Refusal(
      this.has('auth/status-400') ? 400 : 401,
      message,
      this.has('auth/no-code') ? undefined : 'unauthorized',
    )
  }

  private body(request: HttpRequest): JsonObject {
    const read = readJson(request, this.has)
    if ('refusal' in read) {
      const { status } = read.refusal
      const message = this.has('errors/other-message-for-bad-json') ? 'Bad Request' : 'Invalid parameters'
      throw new Refusal(status, status === 400 ? message : read.refusal.message)
    }
    const body = asObject(objectOf(read.value, this.has))
    if (body === undefined) throw new Refusal(400, 'Invalid parameters')
    return body
  }

  private interactionId(body: JsonObject): string {
    const id = body['interactionId']
    if (id === undefined || id === '') {
      if (id === '' && this.has('ids/empty-id-is-unknown')) throw new Refusal(404, 'Interaction not found')
      throw new Refusal(
        this.has('ids/missing-id-is-404') ? 404 : 400,
        this.has('ids/missing-id-unnamed') ? 'Invalid parameters' : 'Missing interaction ID',
      )
    }
    if (typeof id !== 'string') throw new Refusal(400, 'Invalid parameters')
    if (this.has('ids/blanks-dropped')) return id.trim()
    if (!/^[0-9a-f]{24}$/.test(id) && this.has('ids/malformed-id-is-400')) throw new Refusal(400, 'Invalid parameters')
    return id
  }

  private interaction(id: string): RegitInteraction {
    const found = INTERACTIONS.get(id)
    if (found !== undefined) return found
    if (this.has('ids/unknown-crashes')) throw new TypeError("Cannot read properties of undefined (reading 'form')")
    if (this.has('ids/unknown-is-200')) throw new Refusal(200, 'Interaction not found')
    throw new Refusal(
      this.has('ids/unknown-is-400') ? 400 : 404,
      this.has('ids/unknown-has-other-message') ? 'Not found' : 'Interaction not found',
    )
  }

  /** The account a call is made for: the caller's own, or the delegator's. */
  private actor(body: JsonObject, account: string, verb: Verb): string {
    const id = body['delegationId']
    if (id === undefined) {
      if (this.has('delegation/required')) throw new Refusal(400, 'Invalid parameters')
      return account
    }
    if (id === '' && !this.has('delegation/empty-is-unknown')) return account
    if (id === null && this.has('delegation/null-accepted')) return account
    if (typeof id !== 'string') throw new Refusal(400, 'Invalid parameters')
    if (this.has('delegation/ignored')) return account
    return this.delegator(DELEGATIONS.get(this.has('delegation/blanks-dropped') ? id.trim() : id), account, verb)
  }

  private delegator(delegation: Delegation | undefined, account: string, verb: Verb): string {
    const code = (name: string): string | undefined =>
      verb === 'unregister' ? `unregister.delegation.${name}` : undefined
    if (delegation === undefined) {
      if (this.has('delegation/unknown-ignored') || this.has(`delegation/unknown-ignored-by-${verb}`)) return account
      throw new Refusal(this.has('delegation/unknown-is-400') ? 400 : 404, 'Delegation not found', code('notFound'))
    }
    const isParty = delegation.fromAccountId === account && this.has('delegation/delegator-accepted')
    if (
      delegation.toAccountId !== account &&
      !isParty &&
      !this.has('delegation/anybody-accepted') &&
      !this.has(`delegation/anybody-may-${verb}`)
    ) {
      const only = this.has('delegation/other-verb-in-message') ? 'act' : verb
      throw new Refusal(
        this.has('delegation/foreign-is-404') ? 404 : 403,
        `Delegation invalid: only delegatee allowed to ${only}`,
        code('invalid'),
      )
    }
    if (delegation.status === 'pending' && !this.has('delegation/pending-accepted')) {
      throw new Refusal(this.has('delegation/pending-is-409') ? 409 : 403, 'Delegation not active', code('pending'))
    }
    return this.has('delegation/acts-as-delegatee') ? account : delegation.fromAccountId
  }

  private async register(body: JsonObject, account: string, isBelow: boolean): Promise<HttpResponse> {
    const id = this.interactionId(body)
    const fields = submittedFields(body['fields'], this.has)
    this.checkDelegationType(body)
    const interaction = this.interaction(id)
    const actor = this.actor(body, account, 'register')
    const participation = this.participation(id, actor)
    if (this.has('register/terminated-after-fields') && fields.some(({ value }) => value === 5))
      throw new Refusal(400, 'Invalid value', 'interaction.field.invalid')
    if (actor === account || !this.has('register/twice-by-delegation')) this.refuseRegistered(participation)
    if (this.has('register/participation-before-check')) this.state.participations.add(participation)
    if (this.has('register/parallel-calls-both-win')) await nextTurn()
    const isUploaded = (filePath: string, fileName: string): boolean =>
      this.isUploaded(filePath, fileName, [actor, account])
    const has = this.lenient(this.writingOnFailure(actor, fields), { isDelegated: actor !== account, isBelow })
    const accepted = acceptedFields(interaction.form, fields, { has, isUploaded })
    const isKept =
      !this.has('register/not-stored') && !(interaction.isHandshake && this.has('register/handshake-not-stored'))
    if (isKept) this.state.participations.add(participation)
    const updatedFields = accepted.map((field) =>
      this.updated(field, this.has('register/writes-callers-vault') ? account : actor),
    )
    return json(this.has('register/status-201') ? 201 : 200, {
      ...this.envelope(
        this.has('register/other-message') ? 'Interaction registered' : 'Interaction registered successfully',
      ),
      data: {
        updatedFields: this.has('register/updated-fields-by-path')
          ? Object.fromEntries(updatedFields.map((one) => [one['path'], one]))
          : this.listed(updatedFields),
        ...(this.has('register/no-account-id')
          ? {}
          : { accountId: this.has('register/answers-callers-account') ? account : actor }),
        ...(this.has('register/no-interaction-id') ? {} : { interactionId: id }),
      },
    })
  }

  /** A server that checks less for some of the callers. */
  private lenient(has: Has, { isDelegated, isBelow }: { isDelegated: boolean; isBelow: boolean }): Has {
    const isLax = (rule: string): boolean =>
      (isDelegated && this.has(`register/${rule}-of-delegatees`)) || (isBelow && this.has(`register/${rule}-below-api`))
    return (name) =>
      has(name) ||
      (name === 'register/missing-field-accepted' && isLax('missing-field-accepted')) ||
      (name === 'register/values-unchecked' && isLax('values-unchecked'))
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

  private listed(fields: readonly JsonObject[]): readonly JsonObject[] {
    if (this.has('register/only-new-values-listed')) return fields.filter((field) => field['status'] === 'updated')
    if (this.has('register/first-field-not-listed')) return fields.slice(1)
    return this.has('register/fields-listed-backwards') ? fields.toReversed() : fields
  }

  private checkDelegationType(body: JsonObject): void {
    const id = body['delegationId']
    if (id === undefined || typeof id === 'string' || (id === null && this.has('delegation/null-accepted'))) return
    throw new Refusal(400, 'Invalid parameters')
  }

  private participation(id: string, actor: string): string {
    return this.has('register/once-for-everybody') ? `${id} anybody` : `${id} ${actor}`
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
    if (isUpdated && keeps) vault.set(path, this.kept(value))
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

  private kept(value: Json): Json {
    if (typeof value !== 'string') return value
    if (this.has('register/texts-cut-off')) return value.slice(0, 255)
    return this.has('register/texts-stored-as-latin-1') ? Buffer.from(value, 'latin1').toString('latin1') : value
  }

  private envelope(message: string): JsonObject {
    return {
      ...(this.has('answers/no-success') ? {} : { success: this.has('answers/success-as-number') ? 1 : true }),
      message,
      ...(this.has('answers/error-null') ? { error: null } : {}),
    }
  }

  private async unregister(body: JsonObject, account: string): Promise<HttpResponse> {
    const id = this.interactionId(body)
    this.checkDelegationType(body)
    const interaction = this.interaction(id)
    const actor = this.actor(body, account, 'unregister')
    const participation = this.participation(id, actor)
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
      ...this.envelope(
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
    this.uploadInteraction(request.query)
    const files = parts.flatMap(({ name, fileName, content }) => {
      if (this.has('upload/only-field-file') && name !== 'file') return []
      if (this.has('upload/text-parts-are-files') && fileName === undefined)
        return [{ fileName: name ?? '', size: content.length }]
      if (content.length === 0 && this.has('upload/empty-files-dropped')) return []
      return fileName === undefined || /(^|[/\\])$/.test(fileName) ? [] : [{ fileName, size: content.length }]
    })
    if (this.has('upload/one-file-a-name')) return this.uploaded(uniqueBy(parts, files), account)
    this.checkFiles(files)
    if (files.length > 5 && this.has('upload/at-most-five-files')) throw new Refusal(413, 'Too many files')
    if (this.has('upload/forgets-earlier-files')) this.state.documents.clear()
    return this.uploaded(this.has('upload/only-first-file') ? files.slice(0, 1) : files, account)
  }

  private checkFiles(files: readonly { readonly size: number }[]): void {
    if (files.length === 0 && !this.has('upload/no-files-accepted')) {
      throw new Refusal(
        400,
        this.has('upload/missing-has-other-message') ? 'No files' : 'Missing files',
        this.has('upload/missing-without-code') ? undefined : 'upload.missing',
      )
    }
    const most = this.has('upload/at-most-ten-files') ? 10 : FILES
    if (files.length > most && !this.has('upload/any-number-of-files')) throw new Refusal(413, 'Too many files')
    const largest = this.has('upload/at-most-one-mebibyte') ? 1024 * 1024 : TEN_MEBIBYTES
    if (files.some(({ size }) => size > largest) && !this.has('upload/any-size'))
      throw new Refusal(413, 'A file is too large')
  }

  private uploadInteraction(query: string): void {
    const ids = new URLSearchParams(query).getAll('interactionId')
    if (ids.length > 1 && !this.has('upload/id-twice-accepted')) throw new Refusal(400, 'Invalid parameters')
    const [id = ''] = ids
    if (id === '') {
      if (this.has('upload/id-optional')) return
      throw new Refusal(400, 'Missing interaction ID')
    }
    if (!this.has('upload/id-unchecked')) this.interaction(id)
  }

  private uploaded(files: readonly { readonly fileName: string }[], account: string): HttpResponse {
    const folder = folderOf(this.has('upload/folder-of-user-a') ? (ACCOUNTS.get('regit-user-a') ?? '') : account)
    const items = files.map(({ fileName }) => {
      const name = this.fileName(fileName)
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
      ...this.envelope(this.has('upload/other-message') ? 'File uploaded' : 'Files uploaded'),
      data: this.has('upload/single-object')
        ? data[0]
        : this.has('upload/no-status')
          ? data.map(({ status: _status, ...item }) => item)
          : data,
    })
  }

  private fileName(sent: string): string {
    if (this.has('upload/names-made-up')) return `${sent.length}-${sent.split('.').at(-1)}`
    if (this.has('upload/names-at-most-10')) return sent.slice(0, 10)
    if (this.has('upload/names-in-lower-case')) return sent.toLowerCase()
    if (this.has('upload/names-mangled')) return Buffer.from(sent).toString('latin1')
    if (this.has('upload/blanks-replaced')) return sent.replaceAll(' ', '_')
    if (this.has('upload/folders-kept')) return sent
    return (sent.split(/[/\\]/).at(-1) ?? '').replaceAll('"', '')
  }
}

/** The last file of each part's name. */
function uniqueBy(
  parts: readonly { readonly name: string | undefined }[],
  files: readonly { readonly fileName: string }[],
): readonly { readonly fileName: string }[] {
  return [...new Map(files.map((file, index) => [parts[index]?.name, file])).values()]
}

function header(request: HttpRequest): string | undefined {
  return headerOf(request, 'authorization')
}

function folderOf(account: string): string {
  return `/Content/vault/documents/${account}/uploads`
}
