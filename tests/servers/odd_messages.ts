/** Messages whose dates, subjects, addresses and references are odd, out of messages as they come. */

import { type Random, seeded } from "../support/seeded.ts";

/** A message as the generator makes it. */
export interface Seed {
  readonly message: string;
  readonly flags: readonly string[];
  readonly date: Date;
}

const ZONES = [
  "+0200",
  "-0800",
  "+1400",
  "-1200",
  "+0530",
  "GMT",
  "UT",
  "Z",
  "EST",
  "PDT",
  "+0000 (CET)",
  "-0000",
  "",
];
const TIMES = ["23:59:59", "00:00:00", "00:00:01", "12:00", "23:30:00"];
const DATES = [
  ...["1 Feb 2026", "Sun, 01 Feb 2026", "31 Jan 2026", "Sat, 31 Jan 26", "1 feb 2026", "28 Feb 2026"],
  ...["Wed,  4 Feb 2026", "1 Mar 2026"],
];
const NO_DATES = ["", "yesterday", "2026-02-01T10:00:00Z", "Sun, 99 Foo 2026 10:00:00 +0000"];
const SUBJECTS = [
  ...["Re: %", "RE: %", "re:%", "Re : %", "Re[2]: %", "Re: [list] %", "[list] Re: %", "[list] %", "[a][b] %"],
  ...[
    "Fwd: %",
    "FW: %",
    "Fw: Re: %",
    "[Fwd: %]",
    "[fwd: Re: %]",
    "% (fwd)",
    "% (FWD) (fwd)",
    "Re: Fwd: Re: %",
  ],
  ...[
    "  %   twice  ",
    "=?utf-8?q?Re:_%?=",
    "=?utf-8?q?%?= =?utf-8?q?!?=",
    "[%]",
    "Re:",
    "",
    "[list]",
    "% Re:",
  ],
  ...[
    "AW: %",
    "Re: %!",
    "\u00dcber %",
    "=?iso-8859-1?q?=DCber_%?=",
    "re-organise %",
    "Fwd [x]: %",
    "Re: [Fwd: %]",
  ],
];
const TOPICS = ["lunch", "Lunch", "invoice 7", "report", "\u00e9t\u00e9"];
const ADDRESSES = [
  ...[
    "zoe@example.org",
    '"Zo\u00eb" <zoe@example.org>',
    "=?utf-8?q?Zo=C3=AB?= <ZOE@example.org>",
    "<a.b@example.org>",
  ],
  ...[
    '"Quoted, Name" <q@example.org>',
    "team: x@example.org, y@example.org;",
    "undisclosed:;",
    "",
    "(note) c@d.example",
  ],
];

/**
 * Changes what SEARCH, SORT and THREAD look at.
 *
 * @param messages what the generator made
 * @param seed where the random numbers begin
 */
export function oddMessages(messages: readonly Seed[], seed: number): Seed[] {
  const random = seeded(seed);
  return messages.map(({ message, flags, date }, index) => ({
    message: withField(
      withField(
        withField(withIds(message, index, random), "Date", dateOf(random)),
        "Subject",
        random.chance(0.5) ? subjectOf(random) : undefined,
      ),
      random.pick(["Cc", "Bcc", "To", "From"]),
      random.chance(0.3) ? random.pick(ADDRESSES) : undefined,
    ),
    flags: [...flags, ...random.chance(0.1) ? ["\\Deleted"] : [], ...random.chance(0.1) ? ["\\Draft"] : []],
    // Around midnight, where a day begins and ends.
    date: random.chance(0.3)
      ? new Date(Date.UTC(2026, 1, 1 + random.below(28), 0, 0, random.between(-1, 1)))
      : date,
  }));
}

function subjectOf(random: Random): string {
  const [form, topic] = [random.pick(SUBJECTS), random.pick(TOPICS)];
  // What is not ASCII is written in hexadecimal inside of an encoded word.
  const latin1 = form.includes("iso-8859-1");
  return form.replace(
    "%",
    form.includes("=?") ? topic.replaceAll("\u00e9", latin1 ? "=E9" : "=C3=A9").replaceAll(" ", "_") : topic,
  );
}

function dateOf(random: Random): string | undefined {
  if (random.chance(0.5)) return undefined;
  if (random.chance(0.1)) return random.pick(NO_DATES);
  return `${random.pick(DATES)} ${random.pick(TIMES)} ${random.pick(ZONES)}`.trimEnd();
}

/** Parents that are missing, loops, ids that occur twice or never, fields that hold other things beside ids. */
function withIds(message: string, index: number, random: Random): string {
  const id = (number: number) => `<${number}.11@generated.example>`;
  const some = () => id(1 + random.below(1000));
  switch (random.below(14)) {
    case 0:
      return withField(message, "References", `<missing.${random.below(20)}@example.org> ${some()}`);
    case 1:
      return withField(message, "References", `${some()} ${some()} ${some()}`);
    case 2:
      return withField(message, "References", `${id(index + 1)} ${some()}`);
    case 3:
      return withField(message, "References", `${some()} ${id(index + 1)}`);
    case 4:
      return withField(message, "References", `<missing.${random.below(20)}@example.org>`);
    case 5:
      return withField(message, "Message-ID", id(1 + random.below(5)));
    case 6:
      return withField(message, "Message-ID", "");
    case 7:
      return withField(message, "In-Reply-To", `Your mail of Monday ${some()}`);
    case 8:
      return withField(message, "In-Reply-To", `${some()} ${some()}`);
    case 9:
      return withField(message, "References", `${id(index + 2)}\r\n\t${id(index)}`);
    default:
      return message;
  }
}

/** The message with a field of that value in place of the one it has; as it is where there is no value. */
function withField(message: string, name: string, value: string | undefined): string {
  if (value === undefined) return message;
  const end = message.indexOf("\r\n\r\n");
  const lines = message.slice(0, end).split("\r\n").filter((line) => !line.startsWith(`${name}:`));
  return [`${name}: ${value}`, ...lines].join("\r\n") + message.slice(end);
}
