/** Which secrets of the suite can be looked for in what it prints. */

const TELLING = /^(?=.*[^a-z])[\w.@+/=-]{6,}$/i;

/**
 * Whether a secret that is found somewhere was told. Shorter ones, and words, are in lines that tell nothing of them; what holds line
 * ends, blanks or braces is tried at each argument of each command, so that it is in lines where it is not secret.
 */
export function isTelling(secret: string): boolean {
  return TELLING.test(secret);
}
