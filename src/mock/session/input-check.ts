import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { addFormats, createAjv2020 } from '../../openapi/ajv.ts'
import type { JsonObject } from '../../openapi/api.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import { ControlError } from './control-error.ts'

/** One way in which an input breaks its schema. */
export interface InputError {
  /** JSON pointer into the input, to a missing or surplus property too. */
  readonly at: string
  readonly message: string
  /** Where the schema says so: `#/properties/count/minimum`, or `Fault#/…` in a shared one. */
  readonly schemaPath: string
}

/** Validates what a mock is asked by the schemas of its calls; each is compiled on its first use, for most are never asked. */
export class InputCheck {
  readonly #shared: readonly JsonObject[]
  readonly #compiled = new WeakMap<JsonObject, ValidateFunction>()
  #ajv: Ajv2020 | undefined

  /** `shared`: schemas with an `$id`, by which the others refer to them. */
  constructor(shared: readonly JsonObject[]) {
    this.#shared = shared
  }

  errorsOf(schema: JsonObject, input: unknown): readonly InputError[] {
    const validate = this.#compiled.get(schema) ?? this.#engine().compile(schema)
    this.#compiled.set(schema, validate)
    // `if` only repeats that `then` or `else` has failed.
    return validate(input) ? [] : (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(inputError)
  }

  /** Throws USAGE for an input that breaks the schema. `what` names the input: `a fault`. */
  check(schema: JsonObject, input: unknown, what: string): void {
    const [error] = this.errorsOf(schema, input)
    if (error) throw new ControlError(400, `${what}${error.at === '' ? '' : `: ${error.at}`} ${error.message}`)
  }

  #engine(): Ajv2020 {
    if (this.#ajv) return this.#ajv
    const ajv = createAjv2020({
      allErrors: true,
      strict: false,
      strictNumbers: true,
      inlineRefs: false,
      validateSchema: false,
    })
    addFormats(ajv, ['date-time'])
    for (const schema of this.#shared) ajv.addSchema(schema)
    return (this.#ajv = ajv)
  }
}

function inputError({ instancePath, message, schemaPath, params }: ErrorObject): InputError {
  const { missingProperty, additionalProperty, allowedValues } = params as Record<string, unknown>
  const property = missingProperty ?? additionalProperty
  const known = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : ''
  return {
    at: typeof property === 'string' ? pointerTo(instancePath, property) : instancePath,
    message: `${message ?? 'is not valid'}${known}`,
    schemaPath,
  }
}
