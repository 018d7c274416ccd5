/** As much of `node:events` as the sockets of this folder need: listeners in the order they came. */

// deno-lint-ignore no-explicit-any -- a listener takes what its event gives
type Listener = (...values: any[]) => void;

/** Listeners by the name of their event. */
export class Emitter {
  readonly #listeners = new Map<string, { listener: Listener; once: boolean }[]>();

  on(event: string, listener: Listener): this {
    return this.#add(event, listener, false);
  }

  once(event: string, listener: Listener): this {
    return this.#add(event, listener, true);
  }

  off(event: string, listener: Listener): this {
    const all = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, all.filter((each) => each.listener !== listener));
    return this;
  }

  listenerCount(event: string): number {
    return this.#listeners.get(event)?.length ?? 0;
  }

  emit(event: string, ...values: unknown[]): boolean {
    const all = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, all.filter((each) => !each.once));
    for (const { listener } of all) listener(...values);
    return all.length > 0;
  }

  #add(event: string, listener: Listener, once: boolean): this {
    this.#listeners.set(event, [...this.#listeners.get(event) ?? [], { listener, once }]);
    return this;
  }
}
