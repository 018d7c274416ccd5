/** The commands of `IMAP4` that are about the connection: logging in and out, encryption, news, and commands without a method. */

import { TableCommands } from "./_gen/commands.ts";
import { checkNames, kindOf } from "../base/option_names.ts";
import { defaultTimeouts } from "../base/limits.ts";
import { cramMd5 } from "../sasl/cram_md5.ts";
import { innerOf, readCapabilities, takeCapabilities } from "./connection.ts";
import { checkAuthorities } from "../transport/authorities.ts";
import { fromBase64 } from "../values/base64.ts";
import { base64Of } from "./engine.ts";
import { abort, error } from "./errors.ts";
import { Idler } from "./idler.ts";
import { checkText, quote } from "./quoting.ts";
import type { Answer, Argument, AuthObject } from "./values.ts";

/** Commands whose dialogue has a method of its own, or none. */
const DIALOGUES = new Set(["AUTHENTICATE", "COMPRESS", "IDLE", "STARTTLS"]);
/** Mechanisms of AUTHENTICATE that reveal no password or token to who can read the connection; all others may. */
const KEEPS_SECRET =
  /^(CRAM-MD5|DIGEST-MD5|SCRAM-.*|GSSAPI|GS2-.*|GSS-SPNEGO|KERBEROS_V\d|NTLM|EXTERNAL|ANONYMOUS|OTP|SKEY|SRP)$/;

/** The commands about the connection that a row of the table cannot say. */
export class SessionCommands extends TableCommands {
  // ---- state of the connection

  /**
   * Logs in.
   *
   * Sends `LOGIN`. RFC 9051 6.2.3.
   *
   * @param user Name of the user.
   * @param password The password, which is always quoted.
   * @returns `"OK"` and the server's text.
   * @throws {error} When the server refuses, when others could read the password, and in another state than NONAUTH.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import { IMAP4_SSL } from "@postern/postern/imaplib";
   *
   * async function logIn(host: string, user: string, password: string): Promise<IMAP4_SSL> {
   *   const M = await IMAP4_SSL.connect(host);
   *   await M.login(user, password);
   *   return M;
   * }
   * ```
   */
  async login(user: string, password: string): Promise<Answer> {
    checkText("password", password);
    innerOf(this).hide(password);
    return await this.#enter({ name: "LOGIN", args: [user, quote(password)], secret: true });
  }

  /**
   * Logs in with CRAM-MD5, which does not send the password.
   *
   * Sends `AUTHENTICATE CRAM-MD5`. RFC 2195.
   *
   * @param user Name of the user.
   * @param password The password.
   * @returns `"OK"` and the server's text.
   * @throws {error} When the server refuses, and in another state than NONAUTH.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function logIn(M: IMAP4, user: string, password: string): Promise<void> {
   *   if (M.capabilities.includes("AUTH=CRAM-MD5")) await M.login_cram_md5(user, password);
   * }
   * ```
   */
  async login_cram_md5(user: string, password: string): Promise<Answer> {
    checkText("user", user);
    checkText("password", password);
    innerOf(this).hide(password);
    const mechanism = cramMd5({ user, pass: password });
    return await this.authenticate(mechanism.name, (challenge) => mechanism.respond(challenge));
  }

  /**
   * Logs in by a dialogue.
   *
   * Sends `AUTHENTICATE`. RFC 9051 6.2.2.
   *
   * @param mechanism Name of the SASL mechanism; the server offers it as `AUTH=` in `capabilities`.
   * @param authobject Called with each challenge, out of base64; what it returns is sent in base64, and null ends the dialogue.
   * @returns `"OK"` and the server's text.
   * @throws {error} When the server refuses, when others could read what the mechanism tells, and in another state than NONAUTH.
   *   What `authobject` throws is thrown, after the dialogue was ended.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function loginPlain(M: IMAP4, user: string, password: string): Promise<void> {
   *   await M.authenticate("PLAIN", () => `\0${user}\0${password}`);
   * }
   * ```
   */
  async authenticate(mechanism: string, authobject: AuthObject): Promise<Answer> {
    checkText("mechanism", mechanism);
    if (typeof authobject !== "function") {
      throw new error(`authobject must be a function, not ${kindOf(authobject)}`);
    }
    const name = mechanism.toUpperCase();
    // RFC 4422 3.1; in quotes, some servers would take it for what it names.
    if (!/^[A-Z0-9_-]+$/.test(name)) throw new error("mechanism must be the name of a SASL mechanism");
    const secret = !KEEPS_SECRET.test(name);
    const answer = async (challenge: string) => {
      // As in Python, what is not of the alphabet is passed over.
      const given = await authobject(fromBase64(challenge.replace(/[^A-Za-z0-9+/=]/g, "")));
      if (given === null || given === undefined) return "*";
      innerOf(this).hideAnswer(given);
      return base64Of(given);
    };
    return await this.#enter({ name: "AUTHENTICATE", args: [name], answer, secret });
  }

  /**
   * Switches an extension on. `"UTF8=ACCEPT"` makes text UTF-8 from here on.
   *
   * Sends `ENABLE`. RFC 9051 6.3.1. Python 3.5.
   *
   * @param capability Name of the extension, or several with spaces between.
   * @returns `"OK"` or `"NO"`, and the server's text; what it switched on is in `response("ENABLED")`.
   * @throws {error} When the server does not offer ENABLE or answers BAD, and in another state than AUTH.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function example(M: IMAP4): Promise<void> {
   *   await M.enable("CONDSTORE");
   *   console.log(M.response("ENABLED")); // [ "ENABLED", [ "CONDSTORE" ] ]
   * }
   * ```
   */
  async enable(capability: string): Promise<Answer> {
    if (!this.capabilities.includes("ENABLE")) throw new error("Server does not support ENABLE");
    checkText("capability", capability);
    const args = capability.split(" ").filter((each) => each !== "");
    return await innerOf(this).perform({
      name: "ENABLE",
      args,
      settle: (typ) => {
        if (typ === "OK" && args.some((each) => each.toUpperCase() === "UTF8=ACCEPT")) {
          this.utf8_enabled = true;
        }
      },
    });
  }

  /**
   * Ends the session and the connection. It never throws: a peer that does not answer cannot keep a program from ending.
   *
   * Sends `LOGOUT`. RFC 9051 6.1.3.
   *
   * @returns `"BYE"` and the server's words; another status where it said none.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function end(M: IMAP4): Promise<void> {
   *   console.log(await M.logout()); // [ "BYE", [ "Logging out" ] ]
   * }
   * ```
   */
  async logout(): Promise<Answer> {
    if (this.state === "LOGOUT" && innerOf(this).isClosed) {
      return ["BYE", this.untagged_responses["BYE"] ?? [null]];
    }
    this.state = "LOGOUT";
    let answer: Answer;
    try {
      answer = await this.#limited(this._simple_command("LOGOUT"));
    } catch (problem) {
      answer = ["NO", [problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem)]];
    }
    await Promise.resolve().then(() => this.shutdown()).catch(() => {});
    const bye = this.untagged_responses["BYE"];
    return bye === undefined ? answer : ["BYE", bye];
  }

  // ---- what came

  /**
   * Takes the numbers of recent messages, and asks with NOOP when no number has come.
   *
   * RFC 3501 7.3.2.
   *
   * @returns `"OK"` and the numbers that came, the newest last, or `[null]` when none came.
   * @throws {error} When the server answers BAD.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function example(M: IMAP4): Promise<void> {
   *   const [, data] = await M.recent();
   *   console.log(data.at(-1)); // "2"
   * }
   * ```
   */
  async recent(): Promise<Answer> {
    const [typ, data] = this._untagged_response("OK", [null], "RECENT");
    if (data.at(-1)) return [typ, data];
    return this._untagged_response(...await this.noop(), "RECENT");
  }

  /**
   * Takes what came under a name: a response such as EXISTS, or a code such as UIDVALIDITY. Nothing is sent. RFC 9051 7.1
   * has the names of codes, RFC 9051 7.2 and those after it the names of responses.
   *
   * @param code The name, in upper or lower case.
   * @returns The name as it was given, and what came, or `[null]`.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function validity(M: IMAP4): Promise<string> {
   *   await M.select("INBOX", true);
   *   return String(M.response("UIDVALIDITY")[1][0]);
   * }
   * ```
   */
  response(code: string): Answer {
    checkText("code", code);
    return this._untagged_response(code, [null], code.toUpperCase());
  }

  // ---- other

  /**
   * Gives a command that has no method. What it brings is in {@linkcode response}.
   *
   * Sends the command. RFC 9051 6.5 is about such commands.
   *
   * @param name Name of the command.
   * @param args Its arguments, quoted where they have to be.
   * @returns `"OK"` or `"NO"`, and the server's text.
   * @throws {error} For a name that is not one, for a command with a dialogue of its own, when the server answers BAD, and
   *   for CR, LF or NUL in an argument.
   * @throws {abort} When the connection cannot be used any more.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function tellName(M: IMAP4): Promise<void> {
   *   await M.xatom("ID", '("name" "my program")');
   *   console.log(M.response("ID"));
   * }
   * ```
   */
  async xatom(name: string, ...args: Argument[]): Promise<Answer> {
    checkText("The name of a command", name);
    const upper = name.toUpperCase();
    // RFC 9051 section 9 `command-x`, and what extensions call theirs.
    if (!/^[A-Z0-9._-]+$/.test(upper)) throw new error("not the name of a command");
    if (DIALOGUES.has(upper)) throw new error(`${upper} is a dialogue and cannot be given by xatom`);
    return await innerOf(this).perform({ name: upper, args });
  }

  /**
   * Encrypts the connection, and asks again what the server offers.
   *
   * Sends `STARTTLS`. RFC 9051 6.2.1. Python 3.2, where the certificate is not verified without a context.
   *
   * @param options Certificates to trust beside the runtime's own; those of `connect` when not given.
   * @returns `"OK"` and `[null]`.
   * @throws {abort} When it is encrypted already, the server does not offer it, or more came in clear after its OK.
   * @throws {error} When the server refuses, and in another state than NONAUTH.
   *
   * @example
   * ```ts
   * import { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function encrypted(host: string): Promise<IMAP4> {
   *   const M = await IMAP4.connect(host, 143);
   *   await M.starttls();
   *   return M;
   * }
   * ```
   */
  async starttls(
    options: { caCerts?: string | readonly string[]; tlsHostname?: string } = {},
  ): Promise<Answer> {
    checkNames("starttls: options", options, ["caCerts", "tlsHostname"]);
    const trusted = checkAuthorities(options.caCerts);
    if (this.sock?.secure) throw new abort("TLS session already established");
    if (!this.capabilities.includes("STARTTLS")) throw new abort("TLS not supported by server");
    const { hostname, caCerts } = innerOf(this).tlsOptions();
    const tls = { hostname: options.tlsHostname ?? hostname, caCerts: trusted ?? caCerts };
    const [typ, dat] = await this._simple_command("STARTTLS");
    if (typ !== "OK") throw new error("Couldn't establish TLS session");
    await innerOf(this).startTls(tls);
    // What came in clear may have come from an attacker.
    this.untagged_responses = Object.create(null);
    await readCapabilities(this);
    return this._untagged_response(typ, dat, "STARTTLS");
  }

  /**
   * Waits for news. `for await` over the result gives `[type, data]` pairs as they come; what was not taken goes to
   * {@linkcode response} at the end.
   *
   * Sends `IDLE`. RFC 9051 6.3.13, RFC 2177. Python 3.14.
   *
   * @param duration Seconds until the iteration ends; without it, it ends with the connection or by `break`.
   * @returns What iterates. `await using` ends IDLE with the block.
   * @throws {error} When the server does not offer IDLE. The iteration throws it when the server refuses.
   * @throws {RangeError} For a time that is not more than 0.
   *
   * @example
   * ```ts
   * import type { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function watch(M: IMAP4): Promise<void> {
   *   await using idler = M.idle(29 * 60);
   *   for await (const [typ, data] of idler) console.log(typ, data);
   * }
   * ```
   */
  idle(duration?: number): Idler {
    if (!this.capabilities.includes("IDLE")) throw new error("Server does not support IMAP4 IDLE");
    const inner = innerOf(this);
    return new Idler(inner.clock, duration, {
      start: (call) => inner.perform({ ...call, name: "IDLE", args: [] }),
      patient: (patient) => void (inner.isPatient = patient),
      done: () => inner.writeLine("DONE"),
      keep: (typ, data) => void (this.untagged_responses[typ] ??= []).push(...data),
    });
  }

  // ---- shared

  async #enter(
    call: {
      name: string;
      args: Argument[];
      answer?: (challenge: string) => Promise<string>;
      secret: boolean;
    },
  ): Promise<Answer> {
    const settle = (typ: string) => {
      if (typ !== "OK") return;
      this.state = "AUTH";
      // What is offered after login comes with its OK; Python leaves `capabilities` as it was before.
      const code = this.untagged_responses["CAPABILITY"]?.at(-1);
      if (typeof code === "string") takeCapabilities(this, code);
    };
    const [typ, dat] = await innerOf(this).perform({ ...call, settle });
    if (typ !== "OK") throw new error(innerOf(this).redact(String(dat.at(-1))));
    return [typ, dat];
  }

  /** Ends the connection when the server does not let go. */
  async #limited(answered: Promise<Answer>): Promise<Answer> {
    const late = () => void Promise.resolve().then(() => this.shutdown()).catch(() => {});
    const { clock, options } = innerOf(this);
    const ms = Math.min((options.timeout ?? Infinity) * 1000, defaultTimeouts.logout);
    const timer = clock.setTimeout(late, ms);
    return await answered.finally(() => clock.clearTimeout(timer));
  }
}
