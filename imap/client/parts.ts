/**
 * Commands whose set is too long for one line. RFC 7162 section 4 wants lines below 8,000 octets, and Dovecot answers BAD to much
 * longer ones: several commands are sent, and their results joined.
 */

import { ImapError, LimitError, StateError } from "../base/errors.ts";
import { type CommandSpec, keepsNumbers } from "../codec/spec.ts";
import type { FetchResponse, SearchKey } from "../codec/_gen/types.ts";
import type { FetchBody } from "../session/body.ts";
import { Command } from "../session/handle.ts";
import { RowCommand } from "../session/rows.ts";
import type { Session } from "../session/session.ts";
import { SequenceSet, type SequenceSetInput } from "../values/sequence_set.ts";
import { Writer } from "../wire/writer.ts";

/** Octets of a line, tag and line end apart. */
const longest = 7960;
/** A range takes at most 21 octets with its comma: a set of fewer ranges needs no second look. */
const fewRanges = 100;

/** One of the commands that take the place of a long one. */
interface Part<Args> {
  args: Args;
  /** What it is about. */
  set: SequenceSet;
}

/**
 * Splits a command where its set is too long.
 *
 * @param spec The command.
 * @param args Its arguments.
 * @param encode Writes it.
 * @returns The parts; undefined where one line will do.
 * @throws {LimitError} When it cannot be split.
 */
export function partsOf<Args extends object>(
  spec: CommandSpec,
  args: Args,
  encode: (writer: Writer, args: Args) => void,
): Part<Args>[] | undefined {
  const { set, keys } = args as { set?: SequenceSetInput; keys?: readonly SearchKey[] };
  if (isLong(set)) {
    if (!spec.uid && !keepsNumbers(spec) && spec.name !== "COPY" && spec.name !== "UID EXPUNGE") {
      // Each part that is carried out gives the messages after it other numbers.
      const instead = spec.name === "MOVE" ? "; use uidMove" : "";
      throw new LimitError(`${spec.name}: the set is too long for one line${instead}`, {
        command: spec.name,
      });
    }
    return parts(args, set, (part) => ({ set: part }), encode);
  }
  const long = keys === undefined ? undefined : longKey(keys);
  if (long === undefined) return undefined;
  const { name } = spec;
  const { returns, partial } = args as { returns?: readonly string[]; partial?: unknown };
  // Beside a set in OR, parts find the same messages twice.
  const joinable = long.above === "OR" ? /^(MIN|MAX|ALL)$/ : /^(MIN|MAX|ALL|COUNT)$/;
  const whole = returns?.find((one) => !joinable.test(one)) ?? (partial && "PARTIAL");
  const another = longKey(long.put(SequenceSet.from(1)));
  if (
    !/^(UID )?SEARCH$/.test(name) || whole || another !== undefined || long.above === "NOT" ||
    (spec.uid && long.op === "SET")
  ) {
    throw new LimitError(
      `${name}: the set is too long for one line, and answers to several cannot be joined here`,
      { command: name },
    );
  }
  return parts(args, long.set, (part) => ({ keys: long.put(part) }), encode);
}

/** A search key whose set is too long for a line. */
interface LongKey {
  op: string;
  set: SequenceSet;
  /** The condition around the key: what a part of the set finds is then more than a part of the result (OR), or not one (NOT). */
  above: "" | "OR" | "NOT";
  /** The keys with another set in its place. */
  put: (set: SequenceSet) => SearchKey[];
}

/** The first such key, wherever it is; as deep as the writer goes. */
function longKey(keys: readonly SearchKey[], depth = 0): LongKey | undefined {
  if (depth > 100 || !Array.isArray(keys)) return undefined;
  for (const [at, key] of keys.entries()) {
    const { op, set, keys: all, key: one, left, right } = (key ?? {}) as {
      op: string;
      set?: SequenceSetInput;
    } & Nested;
    if (isLong(set)) return { op, set, above: "", put: (set) => keys.with(at, { ...key, set } as SearchKey) };
    const parts = all ?? [left, right, one].filter((part) => part !== undefined);
    const inner = longKey(parts, depth + 1);
    if (inner === undefined) continue;
    const { above, put } = inner;
    return {
      ...inner,
      above: one !== undefined ? "NOT" : left !== undefined && above === "" ? "OR" : above,
      put: (set) => {
        const changed = put(set);
        const [first, second] = changed;
        const to = all !== undefined
          ? { keys: changed }
          : one !== undefined
          ? { key: first }
          : { left: first, right: second };
        return keys.with(at, { ...key, ...to } as SearchKey);
      },
    };
  }
  return undefined;
}

/** Keys in a key. */
interface Nested {
  keys?: readonly SearchKey[];
  key?: SearchKey;
  left?: SearchKey;
  right?: SearchKey;
}

function isLong(set: SequenceSetInput | undefined): set is SequenceSet {
  return set instanceof SequenceSet && !set.isSaved && set.ranges.length > fewRanges;
}

function parts<Args extends object>(
  args: Args,
  set: SequenceSet,
  change: (part: SequenceSet) => object,
  encode: (writer: Writer, args: Args) => void,
): Part<Args>[] | undefined {
  // Getters are kept as they are: what they give is asked for when the command is written.
  const changed = (part: SequenceSet): Args =>
    Object.defineProperties(
      {},
      { ...Object.getOwnPropertyDescriptors(args), ...Object.getOwnPropertyDescriptors(change(part)) },
    ) as Args;
  const writer = new Writer({ literalPlus: true, binary: true, utf8: true });
  encode(writer, changed(SequenceSet.from(1)));
  let beside = 0;
  for (const fragment of writer.end()) if ("line" in fragment) beside += fragment.line.length;
  const sets = set.split(Math.max(1000, longest - beside));
  return sets.length < 2 ? undefined : sets.map((part) => ({ args: changed(part), set: part }));
}

/** One part: tells at once that it has failed, before the next command is sent. */
export class PartCommand<T> extends Command<T> {
  readonly #whole: Command<T>;
  readonly #failed: (reason: unknown) => void;

  /**
   * @param whole The handle that the caller holds.
   * @param failed Told at once of a failure.
   */
  constructor(whole: Command<T>, failed: (reason: unknown) => void = () => {}) {
    super();
    this.#whole = whole;
    this.#failed = failed;
  }

  override get isObserved(): boolean {
    return this.#whole.isObserved;
  }

  override fail(reason: unknown): void {
    this.#failed(reason);
    super.fail(reason);
  }
}

/**
 * Sends the parts one after another, so that nothing else comes between them.
 *
 * @param session The connection.
 * @param spec The command.
 * @param parts What {@linkcode partsOf} made.
 * @param whole The handle that the caller holds.
 * @param submit Sends one; `check` throws where it must not be sent any more, `later` as in {@linkcode Call}.
 * @returns The joined result. It rejects with the first error, whose `done` is what was carried out.
 */
export async function sendParts<Args, T>(
  session: Session,
  spec: CommandSpec,
  parts: readonly Part<Args>[],
  whole: Command<T>,
  submit: (args: Args, handle: Command<T>, check: () => void, later: boolean) => void,
): Promise<T> {
  let failure: { reason: unknown } | undefined;
  const checkNumbers = numbersCheck(session, spec);
  const check = (): void => {
    if (failure !== undefined) throw failure.reason;
    checkNumbers?.();
  };
  const handles = parts.map(({ args }, at) => {
    const handle = new PartCommand<T>(whole, (reason) => failure ??= { reason });
    submit(args, handle, check, at > 0 && checkNumbers !== undefined);
    return handle;
  });
  return join(parts, await Promise.allSettled(handles)).reduce(joinResults);
}

/**
 * What throws when messages were removed since it was called first, as the numbers of a set mean other messages then; undefined
 * for UIDs.
 */
export function numbersCheck(session: Session, spec: CommandSpec): (() => void) | undefined {
  if (spec.uid || !spec.flow.includes("sequence")) return undefined;
  let removed: number | undefined;
  return () => {
    const now = session.mailbox?.removed;
    removed ??= now;
    if (now === removed) return;
    throw new StateError(`${spec.name}: messages were removed, and the numbers of the rest have changed`, {
      command: spec.name,
    });
  };
}

/** The results of all parts, where all have one. */
function join<T>(
  parts: readonly { set: SequenceSet }[],
  settled: readonly PromiseSettledResult<T>[],
): T[] {
  const failed = settled.find((one) => one.status === "rejected");
  if (failed === undefined) return settled.map((one) => (one as PromiseFulfilledResult<T>).value);
  const error: unknown = failed.reason;
  if (error instanceof ImapError) {
    error.done = unionOf(parts.filter((_, at) => settled[at]!.status === "fulfilled"));
  }
  throw error;
}

function unionOf(parts: readonly { set: SequenceSet }[]): SequenceSet {
  return parts.reduce((all, { set }) => all.union(set), SequenceSet.empty);
}

/** The result of two commands about different messages as that of one. */
function joinResults<T>(first: T, second: T): T {
  if (typeof first !== "object" || first === null) return second;
  const result = { ...first } as Record<string, unknown>;
  for (const [name, value] of Object.entries(second as object)) {
    result[name] = joinValues(name, result[name], value);
  }
  return result as T;
}

function joinValues(name: string, a: unknown, b: unknown): unknown {
  if (a === undefined || b === undefined) return b ?? a;
  if (Array.isArray(a)) return [...a, ...b as unknown[]];
  if (a instanceof SequenceSet && b instanceof SequenceSet) {
    if (a.isEmpty || b.isEmpty) return a.isEmpty ? b : a;
    // COPYUID (RFC 4315 section 3): the order says which message became which.
    return /^(source|destination)$/.test(name) ? SequenceSet.parse(`${a},${b}`) : a.union(b);
  }
  if (name === "count") return (a as number) + (b as number);
  if (name === "min") return Math.min(a as number, b as number);
  if (name === "uidValidity") return a;
  return (a as number | bigint) > (b as number | bigint) ? a : b;
}

/** The rows of several commands as those of one. */
export class JoinedRows<Row> extends RowCommand<Row> {
  readonly #sets: readonly { set: SequenceSet }[];
  readonly #parts: readonly RowCommand<Row>[];

  /** Takes the parts and their handles. */
  constructor(sets: readonly { set: SequenceSet }[], parts: readonly RowCommand<Row>[]) {
    super();
    this.#sets = sets;
    this.#parts = parts;
  }

  override get vanished(): SequenceSet | undefined {
    return this.#parts.map(({ vanished }) => vanished).filter((set) => set !== undefined)
      .reduce((all: SequenceSet | undefined, set) => all?.union(set) ?? set, undefined);
  }

  /** Waits for all rows. */
  override then<A = Row[], B = never>(
    fulfilled?: ((value: Row[]) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return Promise.allSettled(this.#parts).then((settled) => join(this.#sets, settled).flat()).then(
      fulfilled,
      rejected,
    );
  }

  /** The loop will come to each of them. */
  override observe(): void {
    for (const part of this.#parts) part.observe();
  }

  override bodies(): AsyncIterableIterator<FetchBody, undefined> {
    return this.#each((part) => part.bodies());
  }

  override asSent(): RowCommand<FetchResponse> {
    for (const part of this.#parts) part.asSent();
    return super.asSent();
  }

  /** Gives the rows as they arrive. */
  override [Symbol.asyncIterator](): AsyncGenerator<Row, undefined> {
    return this.#each((part) => part);
  }

  #each<T>(open: (part: RowCommand<Row>) => AsyncIterable<T>): AsyncGenerator<T, undefined> {
    this.observe();
    return this.#through(open);
  }

  async *#through<T>(
    open: (part: RowCommand<Row>) => AsyncIterable<T>,
  ): AsyncGenerator<T, undefined> {
    let at = 0;
    try {
      for (; at < this.#parts.length; at++) yield* open(this.#parts[at]!);
    } catch (error) {
      if (error instanceof ImapError) error.done = unionOf(this.#sets.slice(0, at));
      throw error;
    } finally {
      for (const part of this.#parts.slice(at + 1)) part.drain();
    }
    return undefined;
  }
}
