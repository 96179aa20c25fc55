const EARTH_RADIUS_MILES = 3958.7613

export interface Place {
  /** Degrees north. */
  readonly lat: number
  /** Degrees east. */
  readonly lng: number
}

/** The great-circle distance in miles by the haversine formula, with four decimals as in the page's example. */
export function milesBetween(from: Place, to: Place): number {
  const halfLat = radians(to.lat - from.lat) / 2
  const halfLng = radians(to.lng - from.lng) / 2
  const chord =
    Math.sin(halfLat) ** 2 + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.sin(halfLng) ** 2
  // The API takes any number as a coordinate, and beyond the poles the formula leaves the range of the arc sine.
  const miles = 2 * EARTH_RADIUS_MILES * Math.asin(Math.sqrt(Math.min(1, Math.max(0, chord))))
  return Math.round(miles * 1e4) / 1e4
}

function radians(degrees: number): number {
  // Divided first: a coordinate near the largest number would overflow.
  return (degrees / 180) * Math.PI
}
