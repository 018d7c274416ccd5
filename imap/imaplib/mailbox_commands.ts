/** The commands of `IMAP4` about mailboxes and messages, as the manual of Python's `imaplib` has them. */

import type { DateTime } from "../values/date_time.ts";
import { statesOf } from "./command_table.ts";
import { innerOf } from "./connection.ts";
import { type StructTime, Time2Internaldate } from "./dates.ts";
import { error, readonly as becameReadonly } from "./errors.ts";
import { octets, withCrlf } from "./quoting.ts";
import { found, rows } from "./rows.ts";
import { SessionCommands } from "./session_commands.ts";
import type { Answer, Argument, Data } from "./values.ts";

/**
 * The commands. Each resolves with the status `"OK"` or `"NO"` and a list: what the server sent in answer, `[null]` when it
 * sent nothing, or the text of its status. BAD rejects with `error`, the end of the connection with `abort`.
 */
export class MailboxCommands extends SessionCommands {
  // ---- mailboxes

  /**
   * Selects a mailbox, and forgets everything that came before.
   *
   * @param mailbox Name of the mailbox, as the server has it.
   * @param readonly Open it for reading only.
   * @returns The number of messages as text. More is in `response("UIDVALIDITY")` and others.
   * @throws {readonly} When it can only be read and that was not asked for; it is selected then.
   *
   * RFC 9051 6.3.2, 6.3.3.
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

  /** Removes what is marked as deleted, without a word, and leaves the mailbox. RFC 9051 6.4.1. */
  close(): Promise<Answer> {
    return this.#leave("CLOSE");
  }

  /** Leaves the mailbox and removes nothing. RFC 9051 6.4.2. Python 3.9. */
  unselect(): Promise<Answer> {
    return this.#leave("UNSELECT");
  }

  /** Asks for a checkpoint of the mailbox. RFC 3501 6.4.1. */
  check(): Promise<Answer> {
    return this._simple_command("CHECK");
  }

  /** Makes a mailbox. RFC 9051 6.3.4. */
  create(mailbox: Argument): Promise<Answer> {
    return this._simple_command("CREATE", mailbox);
  }

  /** Deletes a mailbox. RFC 9051 6.3.5. */
  delete(mailbox: Argument): Promise<Answer> {
    return this._simple_command("DELETE", mailbox);
  }

  /** Gives a mailbox another name. RFC 9051 6.3.6. */
  rename(oldmailbox: Argument, newmailbox: Argument): Promise<Answer> {
    return this._simple_command("RENAME", oldmailbox, newmailbox);
  }

  /** Puts a mailbox among those that the user wants to see. RFC 9051 6.3.7. */
  subscribe(mailbox: Argument): Promise<Answer> {
    return this._simple_command("SUBSCRIBE", mailbox);
  }

  /** Takes a mailbox out of those that the user wants to see. RFC 9051 6.3.8. */
  unsubscribe(mailbox: Argument): Promise<Answer> {
    return this._simple_command("UNSUBSCRIBE", mailbox);
  }

  /**
   * Lists mailboxes.
   *
   * @param directory Where names begin; the default is the two quotes of an empty string.
   * @param pattern What names match: `*` is anything, `%` anything in one level.
   * @returns A text such as `(\HasNoChildren) "/" INBOX` for each.
   *
   * RFC 9051 6.3.9.
   */
  list(directory: Argument = '""', pattern: Argument = "*"): Promise<Answer> {
    return rows(this, "LIST", "LIST", directory, pattern);
  }

  /** Lists subscribed mailboxes; arguments and data as of {@linkcode list}. RFC 3501 6.3.9. */
  lsub(directory: Argument = '""', pattern: Argument = "*"): Promise<Answer> {
    return rows(this, "LSUB", "LSUB", directory, pattern);
  }

  /** Asks how names begin. Data: the three lists, in one text. RFC 9051 6.3.10. */
  namespace(): Promise<Answer> {
    return rows(this, "NAMESPACE", "NAMESPACE");
  }

  /**
   * Asks about a mailbox that need not be selected.
   *
   * @param mailbox Its name.
   * @param names What is asked, in parentheses: `"(MESSAGES UNSEEN)"`.
   * @returns A text such as `INBOX (MESSAGES 3 UNSEEN 1)`.
   *
   * RFC 9051 6.3.11.
   */
  status(mailbox: Argument, names: Argument): Promise<Answer> {
    return rows(this, "STATUS", "STATUS", mailbox, names);
  }

  /**
   * Puts a message into a mailbox. Every CR, LF and CR LF in it becomes CR LF.
   *
   * @param mailbox Name of the mailbox; INBOX when it is null or empty.
   * @param flags Flags with or without parentheses; null, `""` for none.
   * @param date_time What {@linkcode Time2Internaldate} takes; null, 0 or `""` for the server's time of day.
   * @param message The message; text goes out as UTF-8.
   *
   * RFC 9051 6.3.12.
   */
  append(
    mailbox: Argument,
    flags: string | null,
    // deno-lint-ignore camelcase -- Python's spelling
    date_time: number | StructTime | Date | DateTime | string | null,
    message: string | Uint8Array,
  ): Promise<Answer> {
    return attempt(() =>
      innerOf(this).perform({
        name: "APPEND",
        args: [
          mailbox || "INBOX",
          flags ? inParentheses(flags) : null,
          date_time ? Time2Internaldate(date_time) : null,
        ],
        literal: withCrlf(octets(message)),
        utf8: this.utf8_enabled,
      })
    );
  }

  // ---- messages

  /** Removes what is marked as deleted. Data: the number of each message at its turn. RFC 9051 6.4.3. */
  expunge(): Promise<Answer> {
    return rows(this, "EXPUNGE", "EXPUNGE");
  }

  /**
   * Searches.
   *
   * @param charset Character set of the criteria, or null to name none.
   * @param criteria Search keys; text with spaces in it has to be in double quotes.
   * @returns Message numbers with spaces between, in one text.
   *
   * RFC 9051 6.4.4.
   */
  search(charset: string | null, ...criteria: Argument[]): Promise<Answer> {
    if (charset && this.utf8_enabled) {
      return Promise.reject(new error("Non-None charset not valid in UTF8 mode"));
    }
    const args = charset ? ["CHARSET", charset, ...criteria] : criteria;
    return found(this, "SEARCH", "SEARCH", args);
  }

  /**
   * Fetches parts of messages.
   *
   * @param message_set Message numbers: `"1,3:5"`.
   * @param message_parts What is fetched, in parentheses when it is more than one: `"(UID BODY[TEXT])"`.
   * @returns A text for each message, or a pair of text and octets for each literal and the text after it.
   *
   * RFC 9051 6.4.5.
   */
  fetch(message_set: Argument, message_parts: Argument): Promise<Answer> {
    return rows(this, "FETCH", "FETCH", message_set, message_parts);
  }

  /** Fetches octets of a part: the command PARTIAL of RFC 1730, which few servers have. Data as of {@linkcode fetch}. */
  partial(message_num: Argument, message_part: Argument, start: Argument, length: Argument): Promise<Answer> {
    return rows(this, "PARTIAL", "FETCH", message_num, message_part, start, length);
  }

  /**
   * Changes flags.
   *
   * @param message_set Message numbers.
   * @param command `"FLAGS"`, `"+FLAGS"` or `"-FLAGS"`, with `.SILENT` or without.
   * @param flags The flags, with or without parentheses.
   * @returns The new flags, as {@linkcode fetch} has them.
   *
   * RFC 9051 6.4.6.
   */
  store(message_set: Argument, command: Argument, flags: string): Promise<Answer> {
    return attempt(() => rows(this, "STORE", "FETCH", message_set, command, inParentheses(flags)));
  }

  /** Copies messages to the end of a mailbox. RFC 9051 6.4.7. */
  copy(message_set: Argument, new_mailbox: Argument): Promise<Answer> {
    return this._simple_command("COPY", message_set, new_mailbox);
  }

  /** Moves messages to the end of a mailbox. RFC 9051 6.4.8. Python 3.16. */
  move(message_set: Argument, new_mailbox: Argument): Promise<Answer> {
    return this._simple_command("MOVE", message_set, new_mailbox);
  }

  /**
   * Gives a command by UIDs.
   *
   * @param command `"FETCH"`, `"STORE"`, `"COPY"`, `"SEARCH"`, `"SORT"` and so on.
   * @param args Its arguments.
   * @returns What SEARCH, SORT and THREAD found; rows of FETCH for all others.
   * @throws {error} For a command that is not known, or not allowed now.
   *
   * RFC 9051 6.4.9.
   */
  uid(command: string, ...args: Argument[]): Promise<Answer> {
    const name = command.toUpperCase();
    if (statesOf(name) === undefined) return Promise.reject(new error(`Unknown IMAP4 UID command: ${name}`));
    const own = name === "SEARCH" || name === "SORT" || name === "THREAD" ? name : "FETCH";
    return found(this, "UID", own, [name, ...args], name);
  }

  /**
   * Sorts what a search finds.
   *
   * @param sort_criteria Such as `"REVERSE DATE"`, with or without parentheses.
   * @param charset Character set of the criteria, which has to be named.
   * @param search_criteria Search keys.
   * @returns Message numbers in order, in one text.
   *
   * RFC 5256.
   */
  sort(sort_criteria: string, charset: Argument, ...search_criteria: Argument[]): Promise<Answer> {
    return attempt(() =>
      rows(this, "SORT", "SORT", inParentheses(sort_criteria), charset, ...search_criteria)
    );
  }

  /** Finds threads: algorithm, character set, search keys. Data: the threads in parentheses. RFC 5256. */
  thread(threading_algorithm: Argument, charset: Argument, ...search_criteria: Argument[]): Promise<Answer> {
    return rows(this, "THREAD", "THREAD", threading_algorithm, charset, ...search_criteria);
  }

  // ---- rights, quota, annotations

  /** Asks who may do what with a mailbox. RFC 4314. */
  getacl(mailbox: Argument): Promise<Answer> {
    return rows(this, "GETACL", "ACL", mailbox);
  }

  /** Says what somebody may do with a mailbox. RFC 4314. */
  setacl(mailbox: Argument, who: Argument, what: Argument): Promise<Answer> {
    return this._simple_command("SETACL", mailbox, who, what);
  }

  /** Takes all rights that somebody has on a mailbox. RFC 4314. */
  deleteacl(mailbox: Argument, who: Argument): Promise<Answer> {
    return this._simple_command("DELETEACL", mailbox, who);
  }

  /** Asks what the user may do with a mailbox. RFC 4314. */
  myrights(mailbox: Argument): Promise<Answer> {
    return rows(this, "MYRIGHTS", "MYRIGHTS", mailbox);
  }

  /** Asks how much of a quota is in use. RFC 9208. */
  getquota(root: Argument): Promise<Answer> {
    return rows(this, "GETQUOTA", "QUOTA", root);
  }

  /** Asks for the quotas of a mailbox. Data: the list of roots and the list of quotas; twice the text with NO. RFC 9208. */
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

  /** Sets the limits of a quota: `"(STORAGE 512)"`. RFC 9208. */
  setquota(root: Argument, limits: Argument): Promise<Answer> {
    return rows(this, "SETQUOTA", "QUOTA", root, limits);
  }

  /** Asks for annotations of a mailbox: draft-daboo-imap-annotatemore, which Cyrus has. */
  getannotation(mailbox: Argument, entry: Argument, attribute: Argument): Promise<Answer> {
    return rows(this, "GETANNOTATION", "ANNOTATION", mailbox, entry, attribute);
  }

  /** Sets annotations: a mailbox, then entry and attribute in turn. draft-daboo-imap-annotatemore. */
  setannotation(...args: Argument[]): Promise<Answer> {
    return rows(this, "SETANNOTATION", "ANNOTATION", ...args);
  }

  // ---- shared

  #leave(name: string): Promise<Answer> {
    return innerOf(this).perform({ name, args: [], over: () => void (this.state = "AUTH") });
  }
}

/** What is thrown before anything is sent rejects the promise as well. */
function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (problem) {
    return Promise.reject(problem);
  }
}

function inParentheses(text: string): string {
  return text.startsWith("(") && text.endsWith(")") ? text : `(${text})`;
}
