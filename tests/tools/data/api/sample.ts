/** A word of the sample. */
export type Word = "one" | "two";

/** A class with more than is public. */
export class Box<T> {
  /** Public. */
  readonly size: number = 1;
  #hidden = 2;
  private kept = 3;

  /** Makes one. */
  constructor(first: T, rest: Word[] = []) {
    this.#hidden = this.kept = rest.length + (first ? 1 : 0);
  }

  /** Public. */
  async open(by: Word = "one"): Promise<number> {
    return await Promise.resolve(by.length + this.#hidden);
  }

  /**
   * Not public.
   *
   * @internal
   */
  shut(): void {}
}

/** A constant. */
export const words: readonly Word[] = ["one"];

/** Overloaded. */
export function pick(word: Word): Word;
export function pick(word: number): number;
export function pick(word: Word | number): Word | number {
  return word;
}
