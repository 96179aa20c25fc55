import type { ErrorBody, LocatedError, Refusal, RefusalContext } from '../../mock/handlers/handler.ts'

interface Failure {
  readonly message: string
  readonly error?: string
  readonly status?: number
}

const notMultipart: Failure = { message: 'Invalid or unsupported file format', error: 'upload.invalid', status: 415 }

/** Regit's one error format; what the engine refuses is said in the words of the vendor's server. */
export function errorBody(refusal: Refusal, context: RefusalContext): ErrorBody {
  const { message, error, status } = failureOf(refusal, context)
  return {
    body: { success: false, message, ...(error !== undefined && { error }) },
    ...(status !== undefined && { status }),
  }
}

function failureOf(refusal: Refusal, context: RefusalContext): Failure {
  switch (refusal.by) {
    case 'security':
      return { message: 'Authorization has been denied for this request.', error: 'unauthorized' }
    case 'media-type':
      return isUpload(context) ? notMultipart : { message: 'Unsupported media type' }
    case 'size':
      return { message: 'Request body too large' }
    case 'syntax':
      // An upload without any body is none in multipart/form-data either.
      return isUpload(context) && !announcesMultipart(context) ? notMultipart : { message: 'Invalid parameters' }
    case 'validation':
      return refusal.errors ? { message: messageOf(refusal.errors) } : ownWords(refusal)
    case 'routing':
      return { message: refusal.status === 405 ? 'Method not allowed' : 'Not found' }
    case 'rule':
    case 'fault':
      return ownWords(refusal)
  }
}

function isUpload({ operation }: RefusalContext): boolean {
  return operation?.id === 'uploadDocuments'
}

function announcesMultipart({ request }: RefusalContext): boolean {
  return String(request.headers['content-type']).toLowerCase().startsWith('multipart/form-data')
}

function messageOf(errors: readonly LocatedError[]): string {
  return errors.some(isMissingInteractionId) ? 'Missing interaction ID' : 'Invalid parameters'
}

function isMissingInteractionId({ in: place, name, keyword }: LocatedError): boolean {
  const isInteractionId = place === 'body' ? name === '/interactionId' : name === 'interactionId'
  return isInteractionId && (keyword === 'required' || keyword === 'minLength')
}

function ownWords({ message, code }: Refusal): Failure {
  return { message, ...(code !== undefined && { error: code }) }
}
