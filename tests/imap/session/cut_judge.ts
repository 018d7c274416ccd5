/** What may become of the calls of a session that is cut. */

import { ImapError } from "../../../imap/base/errors.ts";
import { cutAfter, type Outcome } from "./cut_session.ts";

/** Longer than every deadline of the session. */
const hangs = 20_000;

/** Runs cut sessions, and keeps what is wrong with them. */
export class Judge {
  readonly problems: string[] = [];
  /** Calls that ended with an error. */
  ended = 0;
  readonly #expected: Map<string, string>;

  /** @param whole How the calls end when nothing is cut. */
  constructor(whole: readonly Outcome[]) {
    this.#expected = new Map(whole.map(({ name, value }) => [name, value!]));
  }

  /** One session, cut after so many octets. */
  async run(cut: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<undefined>((resolve) => timer = setTimeout(resolve, hangs, undefined));
    const run = await Promise.race([cutAfter(cut), late]).finally(() => clearTimeout(timer));
    if (run === undefined) return void this.problems.push(`cut after ${cut}: hangs`);
    for (const { name, value, error } of run.outcomes) {
      if (error !== undefined) this.ended++;
      if (error !== undefined && !(error instanceof ImapError)) {
        this.problems.push(`cut after ${cut}: ${name} fails with ${error}`);
      } else if (error === undefined && value !== this.#expected.get(name)) {
        this.problems.push(`cut after ${cut}: ${name} gives ${value} instead of ${this.#expected.get(name)}`);
      }
    }
  }
}
