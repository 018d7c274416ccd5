/** mbsync between a mailbox of the server for tests and a Maildir: what both sides hold, and how a sync is cut off. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SeedMessage, startServer, type TestServer } from "@postern/postern/testing";

/** Much longer than a sync takes; one that does not end is a failure with a text. */
const SYNC_MS = 60_000;
/** Maildir's letters for flags. */
const LETTERS: Readonly<Record<string, string>> = { "\\Answered": "R", "\\Flagged": "F", "\\Seen": "S" };

/** A message of the Maildir. */
export interface NearMessage {
  id: string;
  file: string;
  /** In letters, sorted. */
  flags: string;
}

/** How a sync ended. */
export interface SyncResult {
  /** Its exit code; null when it was killed. */
  code: number | null;
  /** What it printed. */
  text: string;
}

/** Both sides, and mbsync. */
export class Pair implements AsyncDisposable {
  readonly server: TestServer;
  readonly #directory: string;
  readonly #configuration: string;
  #running: ChildProcess | undefined;
  /** What mbsync printed, sync by sync. */
  readonly said: string[] = [];

  private constructor(server: TestServer, directory: string) {
    this.server = server;
    this.#directory = directory;
    this.#configuration = join(directory, "rc");
  }

  /** Fills the server's INBOX; the Maildir is empty. */
  static async open(messages: readonly SeedMessage[]): Promise<Pair> {
    const server = await startServer({ mailboxes: { INBOX: messages } });
    const { port } = await server.listen();
    const pair = new Pair(server, await mkdtemp(join(tmpdir(), "postern-mbsync-")));
    await mkdir(join(pair.#directory, "near"));
    await writeFile(pair.#configuration, configuration(join(pair.#directory, "near"), port));
    return pair;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.server.close();
    await rm(this.#directory, { recursive: true });
  }

  /** Runs mbsync to its end. */
  sync(): Promise<SyncResult> {
    return new Promise((resolve, reject) => {
      const child = spawn("mbsync", ["-c", this.#configuration, "-a"], { stdio: ["ignore", "pipe", "pipe"] });
      this.#running = child;
      let text = "";
      const hear = (piece: string) => text += piece;
      child.stdout.setEncoding("utf8").on("data", hear);
      child.stderr.setEncoding("utf8").on("data", hear);
      const timer = setTimeout(() => child.kill("SIGTERM"), SYNC_MS);
      child.once("error", reject);
      child.once("close", (code, signal) => {
        clearTimeout(timer);
        this.#running = undefined;
        this.said.push(`mbsync ended with ${code ?? signal}:\n${text}`);
        if (signal === "SIGTERM") reject(new Error(`mbsync did not end within ${SYNC_MS} ms`));
        else resolve({ code, text });
      });
    });
  }

  /** Ends the mbsync that runs now, without a word: at once, or so many milliseconds later. */
  kill(later = 0): void {
    const running = this.#running;
    if (later === 0) running?.kill("SIGKILL");
    else setTimeout(() => running?.kill("SIGKILL"), later);
  }

  /** What the Maildir holds, by Message-ID. */
  async near(): Promise<NearMessage[]> {
    const messages: NearMessage[] = [];
    for (const folder of ["cur", "new"]) {
      const names = await readdir(this.#inbox(folder)).catch(() => []);
      for (const name of names) {
        const file = this.#inbox(folder, name);
        const [, letters = ""] = /:2,([A-Za-z]*)$/.exec(name) ?? [];
        messages.push({ id: idIn(await readFile(file, "utf8")), file, flags: known(letters) });
      }
    }
    return messages.sort((one, other) => one.id < other.id ? -1 : 1);
  }

  /** What the server holds, by Message-ID. */
  far(): { id: string; uid: number; flags: string }[] {
    return this.server.mailbox("INBOX").messages.map(({ text, uid, flags }) => ({
      id: idIn(text),
      uid,
      flags: known(flags.map((flag) => LETTERS[flag] ?? "").join("")),
    })).sort((one, other) => one.id < other.id ? -1 : 1);
  }

  /** Adds a message to the Maildir, as a program does that delivers. */
  async addNear(id: string): Promise<void> {
    // A sync that was cut off early has not made it.
    for (const folder of ["cur", "new", "tmp"]) await mkdir(this.#inbox(folder), { recursive: true });
    const name = `1.${id.replace(/\W/g, "-")}.here`;
    await writeFile(this.#inbox("tmp", name), `Message-ID: <${id}>\nSubject: ${id}\n\nText of ${id}\n`);
    await rename(this.#inbox("tmp", name), this.#inbox("new", name));
  }

  /** Removes a message from the Maildir. */
  async removeNear(id: string): Promise<void> {
    await unlink((await this.#find(id)).file);
  }

  /** Gives a message of the Maildir other flags, as a mail reader does. */
  async setNearFlags(id: string, letters: string): Promise<void> {
    const { file } = await this.#find(id);
    const base = file.slice(file.lastIndexOf("/") + 1).replace(/:2,.*$/, "");
    await rename(file, this.#inbox("cur", `${base}:2,${known(letters)}`));
  }

  #inbox(...names: string[]): string {
    return join(this.#directory, "near", "INBOX", ...names);
  }

  async #find(id: string): Promise<NearMessage> {
    const found = (await this.near()).find((message) => message.id === id);
    if (found === undefined) throw new Error(`the Maildir has no ${id}`);
    return found;
  }
}

/** The letters that both sides have, sorted. */
function known(letters: string): string {
  return [...letters].filter((letter) => "FRS".includes(letter)).sort().join("");
}

function idIn(text: string): string {
  const found = [...text.matchAll(/^Message-ID: <(.*)>\r?$/gm)];
  if (found.length !== 1) {
    throw new Error(`${found.length} times Message-ID in ${JSON.stringify(text.slice(0, 500))}`);
  }
  return found[0]![1]!;
}

function configuration(near: string, port: number): string {
  return `
FSync no
IMAPAccount account
Host 127.0.0.1
Port ${port}
User alice
Pass alice-pw
SSLType None
Timeout 20

IMAPStore far
Account account

MaildirStore near
Path ${near}/
Inbox ${near}/INBOX

Channel all
Far :far:
Near :near:
Create Both
Expunge Both
Sync All
SyncState *
CopyArrivalDate yes
`;
}
