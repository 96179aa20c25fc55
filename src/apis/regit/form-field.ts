/** What kind of value a field takes. */
export type FieldType =
  | 'textbox'
  | 'checkbox'
  | 'radio'
  | 'select'
  | 'tagsinput'
  | 'smartinput'
  | 'date'
  | 'datecombo'
  | 'address'
  | 'location'
  | 'numinput'
  | 'doc'
  | 'qa'
  | 'range'
  | 'static'

/** What a business asks for; a field is required unless `optional` is true. */
export interface FormField {
  readonly path: string
  readonly displayName: string
  readonly type: FieldType
  readonly options?: readonly string[]
  readonly optional?: boolean
}
