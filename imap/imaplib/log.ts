/** What `debug` writes and `print_log` repeats. Secrets are masked in both; in the latter when it is shown, as that is seldom. */

import type { Clock } from "../base/clock.ts";

const KEPT = 10;
/** Characters that are kept of a line: one may have 16 million. */
const LONGEST = 2_000;

/** The last lines of a dialogue, and how a line is written. */
export class Log {
  readonly #clock: Clock;
  readonly #lines: { text: string; cut: boolean; at: number }[] = [];

  /** @param clock The time of day. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps a line; the oldest one goes when there are ten. */
  keep(text: string): void {
    const cut = text.length > LONGEST;
    // A copy: a part of a text keeps all of it in memory.
    const kept = cut ? [...text.slice(0, LONGEST)].join("") : text;
    if (this.#lines.push({ text: kept, cut, at: this.#clock.now() }) > KEPT) this.#lines.shift();
  }

  /**
   * The lines kept, oldest first, each with its time.
   *
   * @param redact Masks secrets in a text, which may go on where it ends.
   */
  lines(redact: (text: string, cut: boolean) => string): string[] {
    return [
      this.stamped(`last ${this.#lines.length} IMAP4 interactions:`),
      ...this.#lines.map(({ text, cut, at }) => stamp(`${redact(text, cut)}${cut ? "..." : ""}`, at)),
    ];
  }

  /** A line with the time of now: minutes, seconds and hundredths. */
  stamped(text: string): string {
    return stamp(text, this.#clock.now());
  }
}

function stamp(text: string, at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const hundredths = two(Math.floor(date.getMilliseconds() / 10));
  return `  ${two(date.getMinutes())}:${two(date.getSeconds())}.${hundredths} ${text}`;
}
