/** Who a bearer token stands for. */
export interface PolisUser {
  readonly userId: string
  readonly customerId: string
  readonly securityGroupId: string
}

/** A point on Earth, in degrees. */
export interface Place {
  readonly lat: number
  readonly lng: number
}
