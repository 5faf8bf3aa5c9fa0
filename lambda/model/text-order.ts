/**
 * Orders names and times in ISO 8601 as they are written. A locale's own order (`localeCompare`) puts identifiers in an
 * order that depends on the language, and takes a twentieth of a second to load.
 */
export function inTextOrder(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
