/** Looking into lists. */

/** The one item of a list that has one, else undefined. */
export function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}
