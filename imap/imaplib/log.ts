/** What `debug` writes and `print_log` repeats. Secrets are masked in both. */

import type { Clock } from "../base/clock.ts";

const KEPT = 10;

/** The last lines of a dialogue, and how a line is written. */
export class Log {
  readonly #clock: Clock;
  readonly #lines: { text: string; at: number }[] = [];

  /** @param clock The time of day. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps a line; the oldest one goes when there are ten. */
  keep(text: string): void {
    if (this.#lines.push({ text, at: this.#clock.now() }) > KEPT) this.#lines.shift();
  }

  /** The lines kept, oldest first, each with its time. */
  lines(): string[] {
    return [
      this.stamped(`last ${this.#lines.length} IMAP4 interactions:`),
      ...this.#lines.map(({ text, at }) => stamp(text, at)),
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
