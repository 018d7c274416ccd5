/** Finding messages by UID. */

/**
 * Index of the first message whose UID is at least `uid`.
 *
 * @param messages Messages in ascending order of their UIDs.
 * @param uid The UID.
 * @returns The index; the number of messages when all have smaller UIDs.
 */
export function indexOfUid(messages: readonly { readonly uid: number }[], uid: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.uid < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}
