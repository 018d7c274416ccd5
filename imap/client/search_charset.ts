/** Searches that a server refuses because of their charset, sent once more where another one helps. RFC 9051 6.4.4.4. */

import { ImapError } from "../base/errors.ts";
import type { CommandSpec } from "../codec/spec.ts";
import type { BadcharsetCode, SearchKey } from "../codec/_gen/types.ts";
import type { Command } from "../session/handle.ts";
import type { Session } from "../session/session.ts";
import { isLatin1 } from "../wire/checks.ts";
import { highestCharacter } from "./commands/search.ts";
import { PartCommand } from "./parts.ts";

/** What a search is sent with, as far as it is looked at here. */
interface Searched {
  keys: readonly SearchKey[];
  charset?: string | undefined;
  returns?: readonly string[] | undefined;
}

/**
 * Sends a search. Where the server answers BADCHARSET, and says or implies another charset that has all the texts, it is asked once
 * more in that one, of the same messages: a search of numbers that have changed meanwhile fails as the server said.
 *
 * @param session The connection.
 * @param spec The command.
 * @param args Its arguments.
 * @param handle The handle that the caller holds.
 * @param submit Sends one; `check` throws where it must not be sent any more.
 */
export function sendSearch<Args extends object, T>(
  session: Session,
  spec: CommandSpec,
  args: Args,
  handle: Command<T>,
  submit: (args: Args, handle: Command<T>, check?: () => void) => void,
): void {
  let mailbox: Session["mailbox"];
  let removed: number | undefined;
  const succeed = (value: T) => handle.succeed(value);
  const first = new PartCommand<T>(handle);
  submit(args, first, () => {
    mailbox = session.mailbox;
    removed = mailbox?.removed;
  });
  first.then(succeed, (refusal) => {
    const charset = otherCharset(session, spec, args as unknown as Searched, refusal);
    if (charset === undefined) return handle.fail(refusal);
    const second = new PartCommand<T>(handle);
    submit({ ...args, charset: charset === "" ? undefined : charset }, second, () => {
      if (session.mailbox !== mailbox || !spec.uid && mailbox?.removed !== removed) throw refusal;
    });
    second.then(succeed, (reason) => handle.fail(reason));
  });
}

/** The charset that may help; "" is to name none, undefined that there is none. */
function otherCharset(
  session: Session,
  spec: CommandSpec,
  { keys, charset, returns }: Searched,
  refusal: unknown,
): string | undefined {
  // Commands that follow have met `$` without what this search would have left in it.
  if (!(refusal instanceof ImapError) || refusal.code?.name !== "BADCHARSET" || returns?.includes("SAVE")) {
    return undefined;
  }
  const given = charset?.toUpperCase();
  if (given === undefined) return undefined;
  const highest = highestCharacter(keys);
  // RFC 5256 section 3: SORT and THREAD name one always.
  const optional = spec.args.some(({ name, option }) => name === "charset" && option);
  if (highest < 0x80) return optional ? "" : given === "US-ASCII" ? undefined : "US-ASCII";
  // RFC 9051 6.4.4: without CHARSET, texts are UTF-8. In IMAP4rev1 they are US-ASCII, and nothing would be found.
  if (given === "UTF-8" && optional && session.enabled.has("IMAP4REV2")) return "";
  if (highest > 0xff || isLatin1(given)) return undefined;
  return (refusal.code as BadcharsetCode).charsets?.find(isLatin1);
}
