/** Deviations of real servers, by the names that the grammar has for them: what each makes of a response. */

/** Changes a response: its text with a character for each octet, line end and literals included. */
type Twist = (response: string) => string;

function replacing(what: RegExp, by: string): Twist {
  return (response) => response.replace(what, by);
}

/** Where the parenthesised list ends that begins at a position; strings are passed over. The response's end where it does not. */
function endOfList(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text[i] === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
    } else if (text[i] === "(") {
      depth++;
    } else if (text[i] === ")" && --depth === 0) {
      return i + 1;
    }
  }
  return text.length;
}

/** Changes what a structure that is a multipart says in place of its parts: `write` gets what follows them. */
function multiparts(write: (rest: string) => string): Twist {
  const start = "BODYSTRUCTURE (";
  return (response) => {
    const at = response.indexOf(`${start}(`);
    if (at < 0) return response;
    const open = at + start.length - 1;
    let end = open + 1;
    while (response[end] === "(") end = endOfList(response, end);
    const close = endOfList(response, open);
    return `${response.slice(0, open)}(${write(response.slice(end + 1, close - 1))})${response.slice(close)}`;
  };
}

/** Leaves out envelope, structure and lines of a message inside of a message. */
function asBasic(response: string): string {
  const head = /\("MESSAGE" "RFC822" (?:NIL|\([^)]*\)) \S+ \S+ "\w+" \d+/.exec(response);
  if (head === null) return response;
  const from = head.index + head[0].length;
  const rest = response.slice(endOfList(response, endOfList(response, from + 1) + 1));
  return response.slice(0, from) + rest.replace(/^ \d+/, "");
}

/** The deviations that the server knows. */
export const quirkTwists: ReadonlyMap<string, Twist> = new Map<string, Twist>([
  ["bare-charset", replacing(/\[BADCHARSET \((\S+)[^)]*\)/, "[BADCHARSET $1")],
  ["illegal-code", replacing(/^(\S+ (?:NO|BAD) )(?!\[)/, '$1[Error="Command Error. 12" Proxy=x.example] ')],
  ["space-after-parenthesis", replacing(/FLAGS \((?=\\)/, "FLAGS ( ")],
  ["flags-without-space", replacing(/(FLAGS \(\\\w+) (?=\\)/, "$1")],
  ["trailing-space", replacing(/^(\* (?:SEARCH|CAPABILITY|STATUS)[^\r]*)/, "$1 ")],
  ["nil-for-list", replacing(/(?<=[( ])FLAGS \(\)/, "FLAGS NIL")],
  ["nil-for-string", replacing(/\("CHARSET" "[^"]*"\)/i, '("CHARSET" NIL)')],
  ["negative-count", replacing(/UNSEEN \d+/, "UNSEEN -1")],
  ["eight-bit", replacing(/(ENVELOPE \((?:NIL|"[^"]*") ")/, "$1\xe9")],
  ["unescaped-quote", replacing(/(ENVELOPE \((?:NIL|"[^"]*") "\w)(?=\w+" )/, '$1"')],
  ["zero-number", replacing(/UIDNEXT \d+/, "UIDNEXT 0")],
  ["decimal-count", replacing(/RFC822\.SIZE \d+/, "RFC822.SIZE 1.2e+03")],
  ["odd-flag", replacing(/(?<=FETCH \(.*)FLAGS \(/, "FLAGS (a]b ")],
  ["quoted-flag", replacing(/(?<=FETCH \(.*FLAGS \()(\\\w+)/, '"$1"')],
  ["star-flag", replacing(/(?<=FETCH \(.*)FLAGS \(/, "FLAGS (\\* ")],
  ["unquoted-name", replacing(/^(\* LIST .*) "([^"]* [^"]*)"\r\n/, "$1 $2\r\n")],
  ["odd-date-time", replacing(/INTERNALDATE "[^"]*"/, 'INTERNALDATE "00-Jan-0000 00:00:00 +0000"')],
  ["missing-value", replacing(/(?<=FETCH \(.*)UID \d+ /, "UID ")],
  ["odd-text", replacing(/^(\w+ OK [^[\r]*)/, "$1\0.")],
  ["lone-lf", replacing(/\r\n$/, "\n")],
  ["literal-plus", replacing(/\{(\d+)\}\r\n/, "{$1+}\r\n")],
  ["padded-literal", replacing(/\{(\d+)\}\r\n/, "{00$1}\r\n")],
  ["no-in-reply-to", replacing(/ (?:NIL|"[^"]*") (?:NIL|"[^"]*")\)(?= BODYSTRUCTURE)/, ")")],
  ["no-message-id", replacing(/ (?:NIL|"[^"]*")\)(?= BODYSTRUCTURE)/, ")")],
  [
    "extra-address-fields",
    replacing(/(ENVELOPE \((?:NIL|"[^"]*") (?:NIL|"[^"]*") \(\([^)]*)\)/, '$1 "extra")'),
  ],
  ["parentheses-around-item", replacing(/ENVELOPE (\(.*\))(?= BODYSTRUCTURE)/, "(ENVELOPE $1)")],
  ["missing-section-value", replacing(/(BODY\[[^\]]*\]) NIL/, "$1")],
  ["nil-in-list", replacing(/(ENVELOPE \((?:NIL|"[^"]*") (?:NIL|"[^"]*") \()/, "$1NIL ")],
  ["empty-list", replacing(/(ENVELOPE \(.*?\)\)) NIL/, "$1 ()")],
  ["encoding-nil", replacing(/"7BIT"/, "NIL")],
  ["nil-octets", replacing(/("7BIT") \d+/, "$1 NIL")],
  ["bare-disposition", replacing(/\(("ATTACHMENT") (?:NIL|\([^)]*\))\)/, "$1")],
  ["missing-lines", replacing(/("TEXT" "\w+" (?:NIL|\([^)]*\)) NIL NIL "7BIT" \d+) \d+/, "$1")],
  ["missing-space", replacing(/(ENVELOPE|BODYSTRUCTURE) \(/, "$1(")],
  ["empty-body", replacing(/BODYSTRUCTURE \(.*\)\)\r\n/, "BODYSTRUCTURE ())\r\n")],
  ["missing-status", replacing(/^\* OK \[/, "* [")],
  ["missing-tag", replacing(/^\w+ (NO|BAD) /, "$1 ")],
  ["split-capability", replacing(/LITERAL\+/, "LITERAL +")],
  ["missing-text", replacing(/^(\w+ OK) [^[\r]*\r\n/, "$1\r\n")],
  ["continuation-without-space", replacing(/^\+ /, "+")],
  ["unquoted-delimiter", replacing(/^(\* LIST \([^)]*\)) "(.)"/, "$1 $2")],
  ["empty-delimiter", replacing(/^(\* LIST \([^)]*\)) ".*?"/, '$1 ""')],
  ["space-between-lists", replacing(/\)\(/, ") (")],
  ["no-quota-list", replacing(/^(\* QUOTA "") \(.*\)/, "$1")],
  ["preview-with-algorithm", replacing(/PREVIEW ("[^"]*")/, "PREVIEW (FUZZY $1)")],
  ["section-brackets", replacing(/RFC822 \{/, "RFC822[] {")],
  ["double-space", replacing(/^\* (?=\w)/, "*  ")],
  ["message-as-basic", asBasic],
  [
    "multipart-as-part",
    multiparts((rest) => {
      const [, name, params, more] = /^("\w+") (NIL|\([^)]*\)) (.*)$/s.exec(rest)!;
      return `"MULTIPART" ${name} ${params} NIL NIL "7BIT" 0 NIL ${more}`;
    }),
  ],
  ["nil-for-parts", multiparts((rest) => `NIL ${rest}`)],
  ["subtype-in-place-of-type", multiparts((rest) => rest)],
  [
    "part-of-nil",
    replacing(/\("TEXT" "\w+" (?:NIL|\([^)]*\)) (NIL NIL "7BIT" \d+) \d+/, "(NIL NIL NIL $1"),
  ],
  ["joined-values", replacing(/PREVIEW ("[^"]*")/, "PREVIEW $1x")],
  ["unbalanced-value", replacing(/(BODYSTRUCTURE \("TEXT" "\w+" \([^)]*)\)/, "$1")],
  ["language-nil", replacing(/^(\* CAPABILITY [^\r]*\r\n)/, "$1* LANGUAGE NIL\r\n")],
  // What changes the beginning is last.
  ["nul-padding", (response) => "\0\0" + response],
]);

/** Makes one change of several deviations; what changes the beginning of a response comes last. */
export function quirksOf(names: readonly string[]): Twist | undefined {
  const wanted = new Set(names);
  for (const name of wanted) {
    if (!quirkTwists.has(name)) {
      throw new RangeError(`There is no deviation ${name}: ${[...quirkTwists.keys()].join(", ")}`);
    }
  }
  const twists = [...quirkTwists].filter(([name]) => wanted.has(name)).map(([, twist]) => twist);
  return twists.length === 0
    ? undefined
    : (response) => twists.reduce((text, twist) => twist(text), response);
}
