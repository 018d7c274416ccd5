/** Raw commands: those that have no row in the table. */

import type { CallOptions } from "../base/abort.ts";
import { kindOf } from "../base/option_names.ts";
import { checkFields } from "../codec/arguments.ts";
import { command as commandRow } from "../codec/command_row.ts";
import type { ConnectionState } from "../codec/spec.ts";
import { Command } from "../session/handle.ts";
import type { Caller } from "./run.ts";
import type { Raw } from "../values/raw.ts";
import type { SequenceSetInput } from "../values/sequence_set.ts";
import type { LiteralInput } from "../wire/literal_input.ts";
import type { Writer } from "../wire/writer.ts";
import type { Code, UnknownResponse } from "../codec/_gen/types.ts";

/**
 * An argument of {@linkcode ImapClient.command}; the functions of {@linkcode arg} make it.
 *
 * @example
 * ```ts
 * import { arg, connect } from "@postern/postern/imap/core";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({ mailboxes: { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] } });
 * await using client = await connect({ transport: server.connect(), auth: { user: "alice", pass: "alice-pw" } });
 *
 * const { responses } = await client.command("STATUS", [arg.mailbox("INBOX"), arg.list([arg.atom("MESSAGES")])]);
 * assertEquals(responses.map(String), ["STATUS INBOX (MESSAGES 1)"]);
 * ```
 */
export class RawArgument {
  /**
   * Writes it.
   *
   * @internal
   */
  readonly write: (writer: Writer) => void;

  /**
   * Takes what writes it.
   *
   * @internal
   */
  constructor(write: (writer: Writer) => void) {
    this.write = write;
  }
}

/** What {@linkcode ImapClient.command} can be told beside name and arguments. */
export interface RawCommandOptions extends CallOptions {
  /** State or states in which it may be sent; any before LOGOUT when not given. */
  state?: ConnectionState | readonly ConnectionState[] | undefined;
}

/** What the server answered to {@linkcode ImapClient.command}. */
export interface RawResult {
  /** The code of its OK. */
  code: Code | undefined;
  /** The text of its OK. */
  text: string;
  /** Every untagged response that came while the command ran, without `* `, as it came. */
  responses: Raw[];
}

/**
 * Arguments for {@linkcode ImapClient.command}. Each is checked when the command is called, so that nothing in it can end the
 * command and begin another.
 *
 * RFC 9051 section 9.
 *
 * @example
 * ```ts
 * import { arg, type ImapClient } from "@postern/postern/imap";
 *
 * async function annotate(client: ImapClient, text: string): Promise<void> {
 *   await client.command("XANNOTATE", [arg.mailbox("INBOX"), arg.list([arg.atom("comment"), arg.string(text)])]);
 * }
 * ```
 */
export const arg: {
  /** A word as it is: letters, digits and what else RFC 9051 allows in `atom`. */
  atom(word: string): RawArgument;
  /** A flag or keyword, such as `\Seen`. */
  flag(flag: string): RawArgument;
  /** A text in quotes, or a literal where quotes cannot hold it. */
  string(text: string): RawArgument;
  /** A mailbox name, in modified UTF-7 or UTF-8 as the connection has it. */
  mailbox(name: string): RawArgument;
  /** Message numbers or UIDs. */
  set(set: SequenceSetInput): RawArgument;
  /** Arguments in parentheses. */
  list(items: readonly RawArgument[]): RawArgument;
  /** A literal: octets, text as UTF-8, or a stream of known size. */
  literal(data: LiteralInput): RawArgument;
} = {
  atom: (word) =>
    new RawArgument((writer) => {
      if (!/^[^\0-\x20(){%*"\\\]\x7f-\uffff]+$/.test(word)) {
        throw new RangeError(`not an atom: ${JSON.stringify(word)}`);
      }
      writer.text(word);
    }),
  flag: (flag) => new RawArgument((writer) => writer.flag(flag)),
  string: (text) => new RawArgument((writer) => writer.string(text)),
  mailbox: (name) => new RawArgument((writer) => writer.mailbox(name)),
  set: (set) => new RawArgument((writer) => writer.sequenceSet(set)),
  list: (items) => {
    if (!Array.isArray(items)) throw new TypeError(`arg.list() takes a list, not ${kindOf(items)}`);
    const own = [...items];
    return new RawArgument((writer) => {
      writer.enter();
      writer.text("(");
      writer.spaced(own, (item) => write(writer, item));
      writer.text(")");
      writer.leave();
    });
  },
  literal: (data) => new RawArgument((writer) => writer.literal(data)),
};

/** What changes more than the mailbox store: the connection would not know what holds from there on. */
const ownMethods =
  /(^| )(IDLE|AUTHENTICATE|STARTTLS|COMPRESS|LOGIN|LOGOUT|UNAUTHENTICATE|ENABLE|SELECT|EXAMINE|CLOSE|UNSELECT)( |$)/;

/** Sends a command by its name; `ImapClient.command` has the documentation. */
export function rawCommand(
  { session, owner }: Caller,
  name: string,
  args: readonly RawArgument[],
  options: RawCommandOptions,
): Command<RawResult> {
  const handle = new Command<RawResult>({ unobserved: session.unobserved, signal: options?.signal });
  try {
    checkFields("command()", { name }, { name: "text" });
    if (!Array.isArray(args)) {
      throw new TypeError(`command(): args must be a list of what arg makes, not ${kindOf(args)}`);
    }
    checkFields("command()", options, {
      state: "nonauth|auth|selected*?",
      signal: "signal?",
      timeout: "any?",
    });
    const command = name.toUpperCase();
    if (!/^[A-Z0-9._-]+( [A-Z0-9._-]+)?$/.test(command)) {
      throw new RangeError(`not the name of a command: ${JSON.stringify(name)}`);
    }
    if (ownMethods.test(command)) {
      throw new RangeError(`${command} has a method of its own: it changes the connection`);
    }
    const { state = ["nonauth", "auth", "selected"] } = options;
    const given = [...args];
    session.submit<RawResult>({
      spec: commandRow(command, {
        states: typeof state === "string" ? state : state.join(" "),
        flow: "barrier",
        touches: "",
        retry: "no",
      }),
      args: {},
      encode: (writer) => {
        writer.text(command);
        for (const one of given) {
          writer.sp();
          write(writer, one);
        }
      },
      result: (collected) => ({
        code: collected.tagged.code,
        text: collected.tagged.text,
        responses: collected.all<UnknownResponse>("UNKNOWN").map(({ raw }) => raw),
      }),
      handle,
      options,
      owner,
      takesAll: true,
    });
  } catch (error) {
    handle.fail(error);
  }
  return handle;
}

function write(writer: Writer, one: RawArgument): void {
  if (!(one instanceof RawArgument)) throw new TypeError("an argument of a command is not made by arg");
  one.write(writer);
}
