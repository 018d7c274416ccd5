// Dates of header fields, in the forms that mailers really write.

import { decodeWords } from "./encoded_words.ts";
import { stripComments } from "./fields.ts";
import type { MailDate } from "./model.ts";

/** Longest date that is looked at. */
const MAX_DATE = 200;

/** The number that a word is listed after. */
function numbersOf(lists: string): Map<string, number> {
  return new Map(
    lists.split(",").flatMap((list) => {
      const [number, ...words] = list.split(" ");
      return words.map((word): [string, number] => [word, Number(number)]);
    }),
  );
}

/**
 * Months by the letters they begin with, marks left out, in languages whose mailers write them: those of the west, Polish,
 * Hungarian, Turkish and Finnish.
 */
const MONTHS = /* @__PURE__ */ numbersOf(
  "1 jan jae ene gen sty oca tam,2 feb fev lut sub hel,3 mar mae maa mrz mrt," +
    "4 apr abr avr kwi nis huh,5 may mai maj mei mag tou,6 jun juin giu cze haz kes," +
    "7 jul juil lug lip tem hei,8 aug ago aou sie agu elo,9 sep set sze wrz eyl syy," +
    "10 oct okt ott out paz eki lok,11 nov lis kas marr,12 dec dez des dic gru ara jou",
);

/** Zones that have one meaning, in minutes: RFC 5322 section 4.3, and what Europe and the coasts of the Pacific write. */
const ZONES = /* @__PURE__ */ numbersOf(
  "0 ut utc gmt z wet,60 west cet met mez,120 cest mest mesz eet,180 eest msk,-240 edt,-300 est cdt," +
    "-360 cst mdt,-420 mst pdt,-480 pst akdt,-540 akst,-600 hst,480 hkt sgt,540 jst kst,600 aest,660 aedt," +
    "720 nzst,780 nzdt",
);

/** What nearly all mailers write. The patterns for everything else are a twentieth of the time to the first list of messages. */
const USUAL =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}|GMT)(?: \([A-Z]{3,5}\))?$/;

/**
 * Reads one date.
 *
 * @param text the unfolded value
 * @returns null when nobody can tell
 */
export function readDate(text: string): MailDate | null {
  const usual = USUAL.exec(text);
  const usualMonth = usual === null ? undefined : MONTHS.get(usual[2]!.toLowerCase());
  if (usualMonth !== undefined) {
    const [, day, , year, hour, minute, second, zone] = usual!;
    return moment(fullYear(year!), usualMonth, day!, clockOf(hour!, minute!, second), zoneOf(zone!));
  }
  // Of a Received field what follows the last semicolon.
  let end = text.length;
  while (end > 0 && " \t;".includes(text[end - 1]!)) end--;
  const last = text.slice(text.lastIndexOf(";", end - 1) + 1, end).slice(0, MAX_DATE);
  // `2021年3月1日`; `1. März`, `1 déc.`.
  const plain = stripComments(decodeWords(last)).replace(/[年月년월]/g, "-").replace(/[日일]/, " ").trim()
    .normalize("NFD").replace(/[\u0300-\u036f"]+/g, "");
  // The form of calendars, `20200321T103802Z`; and `21. 3. 2020`.
  const parted = plain.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(?=\d\d)/i, "$1-$2-$3T$4:$5:")
    .replace(/(\d\.) (\d{1,2}\.) (?=\d{4})/, "$1$2");
  return readIso(parted) ?? readWords(parted);
}

interface Clock {
  hour: number;
  minute: number;
  second: number;
}

/** `2020-03-21T10:38:02.5+01:00`, with a blank in place of the letter, too; `2020. 3. 21. 10:38`. */
function readIso(text: string): MailDate | null {
  const match =
    /^(?:[a-z]{3,9}\.?,? )?(\d{4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})\.?(?:[t ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(.{0,60}))?$/i
      .exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second, zone = ""] = match;
  return moment(
    Number(year),
    Number(month),
    day!,
    half(clockOf(hour, minute, second), zone),
    zoneOf(zone.replace(/\b[ap]m\b/i, "")),
  );
}

/** The forms with the name of a month, words in any order. */
function readWords(text: string): MailDate | null {
  // Blanks around the colons of the clock: the obsolete form of RFC 5322 appendix A.6.2.
  const tidy = text.replace(/(\d) {0,9}: {0,9}(?=\d)/g, "$1:");
  let clock: Clock | null = null;
  let month = 0;
  // A day of the week may begin like a month: `mar. 2 févr. 2021`.
  let early = true;
  const numbers: string[] = [];
  let zone = "";
  let meridian = "";
  for (const word of tidy.split(/[\s,]+/)) {
    const lower = word.toLowerCase().replace(/\.$/, "");
    if (lower === "" || clock === null && /^(?:at|of|de|a|um|el|le)$/.test(lower)) continue;
    if (clock === null) {
      clock = readClock(lower);
      if (clock !== null) {
        // `14:53:31EDT`, `10:38:02+0100`.
        zone = lower.replace(/^[\d:.]+/, "");
        if (/^[ap]m/.test(zone)) {
          meridian = zone.slice(0, 2);
          zone = zone.slice(2);
        }
        continue;
      }
    }
    if (clock !== null && /^[ap]\.?m$/.test(lower)) {
      meridian = lower;
      continue;
    }
    // `21-Nov-1997`, `21/Nov/1997`, `10-Jul-97`.
    const parts = /^(\d{1,2})(?:st|nd|rd|th|er)?[-/.]?([a-z]{3,11})[-/.]?(\d{2,4})?$/.exec(lower);
    if (early && parts !== null && monthOf(parts[2]!) > 0) {
      numbers.push(parts[1]!);
      month = monthOf(parts[2]!);
      early = false;
      if (parts[3] !== undefined) numbers.push(parts[3]);
      continue;
    }
    if (early && monthOf(lower) > 0) {
      month = monthOf(lower);
      early = numbers.length === 0;
      continue;
    }
    const digits = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/.exec(lower);
    if (month === 0 && numbers.length === 0 && digits !== null) {
      const order = dayAndMonth(Number(digits[1]), Number(digits[3]), digits[2]!);
      if (order === null) return null;
      numbers.push(String(order[0]), digits[4]!);
      month = order[1];
      continue;
    }
    const number = /^(\d{1,4})(?:st|nd|rd|th|er)?$/.exec(lower);
    if (
      number !== null && numbers.length < 2 &&
      !(clock !== null && month > 0 && numbers.length === 1 && zone !== "" && number[1]!.length < 4)
    ) {
      numbers.push(number[1]!);
      continue;
    }
    if (clock !== null) zone += (zone === "" ? "" : " ") + lower;
    else if (month > 0 || numbers.length > 0) return null;
  }
  if (month === 0 || numbers.length < 2) return null;
  let [day, year] = numbers as [string, string];
  // `1997 Nov 21`.
  if (day.length > 2) [day, year] = [year, day];
  return moment(
    fullYear(year),
    month,
    day,
    half(clock ?? clockOf("0", "0"), meridian),
    zoneOf(zone),
  );
}

/** Day and month of a date in digits: known when there are dots, or one of them cannot be a month; null otherwise. */
function dayAndMonth(first: number, second: number, sign: string): [day: number, month: number] | null {
  if (sign === "." || first > 12 || first === second) return [first, second];
  return second > 12 ? [second, first] : null;
}

function readClock(word: string): Clock | null {
  const match = /^(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,:]\d{1,9})?)?(?:$|[a-z+-])/.exec(word);
  return match && clockOf(match[1]!, match[2]!, match[3]);
}

function clockOf(hour: string, minute: string, second = "0"): Clock {
  return { hour: Number(hour), minute: Number(minute), second: Number(second) };
}

/** The clock of a day in halves. */
function half(clock: Clock, zone: string): Clock {
  const mark = /\b([ap])\.?m\b/i.exec(zone)?.[1]?.toLowerCase();
  if (mark === undefined || clock.hour > 12 || clock.hour === 0) return clock;
  return { ...clock, hour: clock.hour % 12 + (mark === "p" ? 12 : 0) };
}

function monthOf(word: string): number {
  if (!/^[a-z]{3,11}$/.test(word)) return 0;
  return MONTHS.get(word.slice(0, 4)) ?? MONTHS.get(word.slice(0, 3)) ?? 0;
}

/** Years of two and three digits, RFC 5322 section 4.3, whatever zeros are before them: those of three count from 1900 too. */
function fullYear(year: string): number {
  const value = Number(year);
  // A year of zeros is not a year.
  if (value > 999 || (value === 0 && year.length > 2)) return value;
  return value < 50 ? 2000 + value : 1900 + value;
}

/** Minutes east of UTC; null for what has no one meaning, and for `-0000`, which says that nobody knows (RFC 5322 section 3.3). */
function zoneOf(text: string): number | null {
  const zone = text.toLowerCase().trim();
  // A number says more than a name: `EDT(-0400)`, `GMT+0200`, `+0200 (CEST)`; one sign too many is a sign.
  const match = /([+-]{1,2}) ?(\d{1,2}):?(\d{2})?\b/.exec(zone) ?? /^()(\d{2})(\d{2})$/.exec(zone);
  if (match !== null) {
    const [, sign, hours, minutes = "00"] = match;
    const size = Number(hours) * 60 + Number(minutes);
    if (size >= 24 * 60 || Number(minutes) > 59) return null;
    if (size === 0) return sign === "-" ? null : 0;
    return sign!.includes("-") ? -size : size;
  }
  // What Windows calls them. `Central Europe Standard Time` is another.
  const [, place, time] =
    /^(p|m|c|e)(?:acific|ountain|entral|astern) ([sd])(?:tandard|aylight) time/.exec(zone) ?? [];
  return ZONES.get(place === undefined ? zone : `${place}${time}t`) ?? null;
}

/** The moment; null when there is none: 30 February, hour 25. A leap second is the next one. */
function moment(
  year: number,
  month: number,
  day: string,
  clock: Clock,
  offset: number | null,
): MailDate | null {
  const { hour, minute, second } = clock;
  if (
    month < 1 || month > 12 || hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)
  ) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, Number(day));
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== Number(day)) return null;
  date.setUTCHours(hour, minute - (offset ?? 0), second);
  return { date, offset };
}
