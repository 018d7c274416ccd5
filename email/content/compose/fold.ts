// Folding: a field as pieces that stay whole, and the lines they go into.

import { ValueError } from "../../errors.ts";
import { encodedWords } from "./encode_words.ts";

/** Longest line wanted: lines with encoded words have 76 at most (RFC 2047 section 2), others 78. */
const WANTED = 76;
/** Longest line allowed, without its line end (RFC 5322 section 2.1.1). */
export const LONGEST_LINE = 998;
/** Longest word that is left as it is: there is room for a name before it, 80 characters. */
export const LONGEST_WORD = 918;

/**
 * The value of a field, folded; its first line has room for the name.
 *
 * @param name name of the field
 * @param pieces what stays in one line each; they are separated by one blank
 * @throws {ValueError} when a piece is longer than a line may be
 */
export function foldPieces(name: string, pieces: Iterable<string>): string {
  let text = "";
  let column = name.length + 2;
  for (const piece of pieces) {
    if (text === "") {
      text = piece;
    } else if (column + 1 + piece.length <= WANTED) {
      text += ` ${piece}`;
      column++;
    } else {
      text += `\n ${piece}`;
      column = 1;
    }
    column += piece.length;
    if (column > LONGEST_LINE) {
      throw new ValueError(
        `${name} has ${piece.length} characters without a blank, and a line ends at ${LONGEST_LINE}: shorten it`,
      );
    }
  }
  return text;
}

/**
 * ASCII text, folded at its blanks, of which none is lost.
 *
 * @param name name of the field
 * @param text the text, of one line
 */
export function foldWords(name: string, text: string): string {
  const pieces: string[] = [];
  let blanks = "";
  for (const word of text.split(" ")) {
    if (word === "") {
      blanks += " ";
      continue;
    }
    pieces.push(blanks + word);
    blanks = "";
  }
  return foldPieces(name, pieces) + blanks;
}

/** Words that go as they are: printable ASCII that no reader takes for an encoded word. */
const CLEAR = /^[!-~]+$/;

/**
 * Unstructured text (RFC 5322 section 2.2.1), folded, with encoded words where it needs them: outside ASCII, at
 * control characters, at blanks that a reader would drop, and where a word is longer than a line may be.
 *
 * @param name name of the field
 * @param text well-formed text of one line
 */
export function foldText(name: string, text: string): string {
  if (text === "") return "";
  const words = text.split(" ");
  const pieces: string[] = [];
  let column = name.length + 2;
  const add = (piece: string) => {
    if (pieces.length > 0 && column + 1 + piece.length > WANTED) column = 0;
    column += piece.length + (pieces.length > 0 ? 1 : 0);
    pieces.push(piece);
  };
  const clear = words.map(isClear);
  words.forEach((word, i) => {
    // Where blanks follow each other, the second is the first character of an encoded word.
    if (word === "") clear[i + 1 < words.length ? i + 1 : Math.max(i - 1, 0)] = false;
  });
  for (let i = 0; i < words.length;) {
    if (clear[i]) {
      add(words[i++]!);
      continue;
    }
    // Blanks between two encoded words are dropped (RFC 2047 section 6.2): they go into the words.
    const first = i++;
    while (i < words.length && !clear[i]) i++;
    const at = column + (pieces.length > 0 ? 1 : 0);
    for (const word of encodedWords(words.slice(first, i).join(" "), at)) add(word);
  }
  return foldPieces(name, pieces);
}

function isClear(word: string): boolean {
  return word.length <= LONGEST_WORD && CLEAR.test(word) && !word.includes("=?");
}
