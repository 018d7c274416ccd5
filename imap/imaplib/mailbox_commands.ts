/** The commands of `IMAP4` about mailboxes and messages that a row of the table cannot say. */

import type { DateTime } from "../values/date_time.ts";
import { statesOf } from "./command_table.ts";
import { innerOf } from "./connection.ts";
import { type StructTime, Time2Internaldate } from "./dates.ts";
import { error, readonly as becameReadonly } from "./errors.ts";
import { checkText, inParentheses, octets, withCrlf } from "./quoting.ts";
import { found } from "./rows.ts";
import { SessionCommands } from "./session_commands.ts";
import type { Answer, Argument, Data } from "./values.ts";

/**
 * The commands about mailboxes and messages that keep a state, bring two kinds of responses, or send more than their
 * arguments; {@linkcode TableCommands} has the others. Each resolves with the status `"OK"` or `"NO"` and a list: what the
 * server sent in answer, `[null]` when it sent nothing, or the text of its status. BAD rejects with `error`, the end of the
 * connection with `abort`.
 */
export class MailboxCommands extends SessionCommands {
  /**
   * Selects a mailbox, and forgets everything that came before.
   *
   * Sends `SELECT`, or `EXAMINE` for reading only. RFC 9051 6.3.2, RFC 9051 6.3.3.
   *
   * @param mailbox Name of the mailbox, as the server has it.
   * @param readonly Open it for reading only.
   * @returns `"OK"` and the number of messages as text; more is in `response("UIDVALIDITY")` and others. `"NO"` and the
   *   server's text; no mailbox is selected then.
   * @throws {readonly} When it can only be read and that was not asked for; it is selected then.
   * @throws {error} When the server answers BAD, in another state than AUTH and SELECTED, and for CR, LF or NUL in the name.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function count(M: IMAP4): Promise<number> {
   *   const [, [exists]] = await M.select("INBOX", true);
   *   return Number(exists);
   * }
   * ```
   */
  async select(mailbox: Argument = "INBOX", readonly = false): Promise<Answer> {
    this.untagged_responses = Object.create(null);
    this.is_readonly = readonly;
    const [typ, dat] = await innerOf(this).perform({
      name: readonly ? "EXAMINE" : "SELECT",
      args: [mailbox],
      settle: (typ) => void (this.state = typ === "OK" ? "SELECTED" : "AUTH"),
    });
    if (typ !== "OK") return [typ, dat];
    if (this.untagged_responses["READ-ONLY"] !== undefined && !readonly) {
      throw new becameReadonly(`${mailbox} is not writable`);
    }
    return [typ, [...this.untagged_responses["EXISTS"] ?? [null]]];
  }

  /**
   * Puts a message into a mailbox. Every CR, LF and CR LF in it becomes CR LF.
   *
   * Sends `APPEND`. RFC 9051 6.3.12; after `enable("UTF8=ACCEPT")` in the form of RFC 6855 4.
   *
   * @param mailbox Name of the mailbox; INBOX when it is null or empty.
   * @param flags Flags with or without parentheses; null, `""` for none.
   * @param date_time What {@linkcode Time2Internaldate} takes; null, 0 or `""` for the server's time of day.
   * @param message The message; text goes out as UTF-8.
   * @returns `"OK"` or `"NO"`, and the server's text.
   * @throws {error} When the server answers BAD, in another state than AUTH and SELECTED, and for a message that is neither
   *   text nor octets.
   * @throws {RangeError} For a date that is not one.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function draft(M: IMAP4): Promise<void> {
   *   await M.append("Drafts", "\\Draft", Date.now() / 1000, "Subject: Hello\n\nNot finished.\n");
   * }
   * ```
   */
  async append(
    mailbox: Argument,
    flags: string | null,
    // deno-lint-ignore camelcase -- Python's spelling
    date_time: number | StructTime | Date | DateTime | string | null,
    message: string | Uint8Array,
  ): Promise<Answer> {
    return await innerOf(this).perform({
      name: "APPEND",
      args: [
        mailbox || "INBOX",
        flags ? inParentheses(flags, "flags") : null,
        date_time ? Time2Internaldate(date_time) : null,
      ],
      literal: withCrlf(octets(message)),
      utf8: this.utf8_enabled,
    });
  }

  /**
   * Searches.
   *
   * Sends `SEARCH`. RFC 9051 6.4.4. After `enable("IMAP4rev2")` the answer is an ESEARCH response; its numbers come in the
   * same form.
   *
   * @param charset Character set of the criteria, or null to name none.
   * @param criteria Search keys; text with spaces in it has to be in double quotes.
   * @returns `"OK"` and the message numbers with spaces between, in one text: `[""]` when nothing was found; `"NO"` and the
   *   server's text.
   * @throws {error} When the server answers BAD, in another state than SELECTED, and for a character set after
   *   `enable("UTF8=ACCEPT")`.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function from(M: IMAP4, name: string): Promise<string[]> {
   *   const [, [numbers]] = await M.search(null, "FROM", `"${name}"`);
   *   return String(numbers).split(" ").filter((number) => number !== "");
   * }
   * ```
   */
  search(charset: string | null, ...criteria: Argument[]): Promise<Answer> {
    if (charset && this.utf8_enabled) {
      return Promise.reject(new error("Non-None charset not valid in UTF8 mode"));
    }
    const args = charset ? ["CHARSET", charset, ...criteria] : criteria;
    return found(this, "SEARCH", "SEARCH", args);
  }

  /**
   * Gives a command by UIDs.
   *
   * Sends `UID` and the command. RFC 9051 6.4.9.
   *
   * @param command `"FETCH"`, `"STORE"`, `"COPY"`, `"SEARCH"`, `"SORT"` and so on.
   * @param args Its arguments.
   * @returns `"OK"` and what SEARCH, SORT and THREAD found, rows of FETCH for all others, or `[null]` when nothing came;
   *   `"NO"` and the server's text.
   * @throws {error} For a command that is not known, or not allowed now, and when the server answers BAD.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function seen(M: IMAP4, uid: string): Promise<void> {
   *   await M.uid("STORE", uid, "+FLAGS", "(\\Seen)");
   * }
   * ```
   */
  async uid(command: string, ...args: Argument[]): Promise<Answer> {
    checkText("command", command);
    const name = command.toUpperCase();
    if (statesOf(name) === undefined) throw new error(`Unknown IMAP4 UID command: ${name}`);
    const own = name === "SEARCH" || name === "SORT" || name === "THREAD" ? name : "FETCH";
    return await found(this, "UID", own, [name, ...args], name);
  }

  /**
   * Asks which quota roots count a mailbox, with their limits and usage.
   *
   * Sends `GETQUOTAROOT`. RFC 9208 4.1.2.
   *
   * @param mailbox Name of the mailbox, as the server has it.
   * @returns `"OK"`, the list of roots and the list of quotas, each `[null]` when nothing came; `"NO"` and twice the server's
   *   text.
   * @throws {error} When the server answers BAD, in another state than AUTH and SELECTED, and for CR, LF or NUL in the name.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function example(M: IMAP4): Promise<void> {
   *   const [, [roots, quotas]] = await M.getquotaroot("INBOX");
   *   console.log(roots, quotas); // [ 'INBOX ""' ] [ '"" (STORAGE 10 512)' ]
   * }
   * ```
   */
  async getquotaroot(mailbox: Argument): Promise<[typ: string, data: [roots: Data[], quotas: Data[]]]> {
    const [typ, dat] = await innerOf(this).perform({
      name: "GETQUOTAROOT",
      args: [mailbox],
      rows: ["QUOTA", "QUOTAROOT"],
    });
    const [, quotas] = this._untagged_response(typ, dat, "QUOTA");
    const [, roots] = this._untagged_response(typ, dat, "QUOTAROOT");
    return [typ, [roots, quotas]];
  }
}
