/** A command underway, as its caller holds it. */

/**
 * A command underway: a promise of its result. A rejection that nobody looks at is not reported as
 * unhandled, so a handle may be dropped.
 */
export class Command<T> implements Promise<T> {
  /** Name of the class, as promises have it. */
  readonly [Symbol.toStringTag]: string = "Command";
  readonly #promise: Promise<T>;
  // Not of T: a handle may then stand where one of a wider result is wanted, as with promises.
  #resolve!: (value: never) => void;
  #reject!: (reason: unknown) => void;

  /** Makes a handle that nothing settles yet. */
  constructor() {
    this.#promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#promise.catch(() => {});
  }

  /** Waits for the result. */
  then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#promise.then(fulfilled, rejected);
  }

  /** Waits for a failure. */
  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, rejected);
  }

  /** Waits for the end, either way. */
  finally(done?: (() => void) | null): Promise<T> {
    return this.then().finally(done);
  }

  /**
   * Settles the handle; the session's business.
   *
   * @internal
   */
  succeed(value: T): void {
    this.#resolve(value as never);
  }

  /**
   * Settles the handle; the session's business.
   *
   * @internal
   */
  fail(reason: unknown): void {
    this.#reject(reason);
  }
}
