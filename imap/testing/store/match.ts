/** Mailbox name patterns of LIST and LSUB. */

/**
 * Whether a mailbox name matches a pattern in which `*` matches any characters and `%` for any characters
 * but the hierarchy delimiter (RFC 9051 6.3.9).
 *
 * Backtracking over many wildcards is exponential, so the set of pattern positions that are still possible is
 * carried along the name instead: the cost is the product of both lengths, whatever the pattern.
 */
export function matchesPattern(name: string, pattern: string, delimiter: string): boolean {
  let states = new Uint8Array(pattern.length + 1);
  states[0] = 1;
  skipWildcards(states, pattern);
  for (const unit of name.split("")) {
    const next = new Uint8Array(pattern.length + 1);
    for (let i = 0; i < pattern.length; i++) {
      if (states[i] === 0) continue;
      const wanted = pattern[i];
      if (wanted === "*" || (wanted === "%" && unit !== delimiter)) next[i] = 1;
      else if (wanted === unit && wanted !== "%") next[i + 1] = 1;
    }
    skipWildcards(next, pattern);
    states = next;
  }
  return states[pattern.length] === 1;
}

/** A wildcard may match nothing at all. */
function skipWildcards(states: Uint8Array, pattern: string): void {
  for (let i = 0; i < pattern.length; i++) {
    if (states[i] === 1 && (pattern[i] === "*" || pattern[i] === "%")) states[i + 1] = 1;
  }
}
