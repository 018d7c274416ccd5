/** Recorded sessions, and a server in memory that plays its part of one, as record.py does. */

import type { Dial } from "@postern/postern/imaplib";
import { memoryPair } from "../../../imap/transport/streams.ts";
import type { Transport } from "../../../imap/transport/transport.ts";
import { LineReader } from "../../../imap/imaplib/line_reader.ts";

/** Lines that answer a command; a dialogue has the prompts first. */
export type Reply = string[] | [prompts: string[], lines: string[]];

/** What a client said: a line without its tag, or the octets of a literal. */
export type Said = string | { b64: string };

/** The server's side of a session. */
export interface Script {
  greeting?: string;
  /** What CAPABILITY is answered with. */
  capabilities?: string;
  answers: Reply[];
}

export const CAPABILITIES = "IMAP4rev1 ENABLE UNSELECT IDLE UTF8=ACCEPT AUTH=CRAM-MD5";

/** Octets for text whose characters are octets. */
export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Text whose characters are octets. */
export function textOf(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join("");
}

export function base64Of(octets: Uint8Array): string {
  return btoa(textOf(octets));
}

/** A server for one session. */
export class ScriptedServer {
  /** What the client said. */
  readonly wire: Said[] = [];
  readonly #script: Script;
  readonly #transport: Transport;
  readonly #reader: LineReader;
  /** For the facade's options. */
  readonly dial: Dial;

  constructor(script: Script, secure = true) {
    const [client, server] = memoryPair(secure);
    this.#script = script;
    this.#transport = server;
    this.#reader = new LineReader(server, 1_000_000);
    this.dial = () => Promise.resolve(client);
    // It ends when the client does, whatever it was about to say.
    this.#serve().catch(() => {});
  }

  async #serve(): Promise<void> {
    const { greeting = "* OK hi", capabilities = CAPABILITIES, answers } = this.#script;
    const left: Reply[] = [[`* CAPABILITY ${capabilities}`, "{tag} OK done"], ...answers];
    await this.#say(greeting);
    for (let line = await this.#line(); line !== undefined; line = await this.#line()) {
      const space = line.indexOf(" ");
      const tag = line.slice(0, space);
      const text = line.slice(space + 1);
      this.wire.push(text);
      let answer = left.shift() ?? ["{tag} OK done"];
      if (Array.isArray(answer[0])) {
        for (const prompt of answer[0]) {
          await this.#say(prompt);
          this.wire.push(await this.#line() ?? "");
        }
        answer = answer[1] as string[];
      } else if (answer[0] === "refuse") {
        answer = answer.slice(1) as string[];
      } else {
        const literal = /\{(\d+)\}$/.exec(text);
        if (literal !== null) {
          await this.#say("+ go");
          this.wire.push({ b64: base64Of(await this.#reader.read(Number(literal[1]))) });
          this.wire.push(await this.#line() ?? "");
        }
      }
      for (const each of answer as string[]) {
        if (each === "close") return await this.#transport.close();
        await this.#say(each.replace("{tag}", tag));
      }
    }
  }

  async #line(): Promise<string | undefined> {
    const line = textOf(await this.#reader.readline());
    return line === "" ? undefined : line.replace(/\r\n$/, "");
  }

  async #say(text: string): Promise<void> {
    await this.#transport.write(octetsOf(`${text}\r\n`));
  }
}
