/**
 * Reads the JUnit reports of `deno test` and `bun test`. Bun names the file of each test; Deno names only the
 * place of the test() call, which may be a helper, so there the file is the name of the suite around it.
 */

/** One test, or one step of a test, of a report. */
export interface TestCase {
  file: string;
  name: string;
  outcome: "passed" | "failed" | "skipped";
  /** What the report says about a failure. */
  detail: string;
}

/** Returns every test case of a report; throws when the text is not a whole report. */
export function parseJunit(xml: string): TestCase[] {
  if (!/<\/testsuites>\s*$/.test(xml)) throw new Error("the report breaks off");
  const cases: TestCase[] = [];
  const groups: string[] = [];
  let open: TestCase | undefined;
  let textFrom = -1;
  for (const tag of tags(xml)) {
    if (tag.name === "testsuite") {
      if (tag.closing) groups.pop();
      else if (!tag.selfClosing) groups.push(tag.attributes.name ?? "");
    } else if (tag.name === "testcase") {
      if (tag.closing) {
        open = undefined;
        continue;
      }
      // Bun nests a suite for each describe(): every group below the file is part of the name.
      const name = [...groups.slice(1), tag.attributes.name ?? ""].join(" > ");
      const file = tag.attributes.file ?? groups[0] ?? "";
      const read: TestCase = { file: file.replace(/^\.\//, ""), name, outcome: "passed", detail: "" };
      cases.push(read);
      open = tag.selfClosing ? undefined : read;
    } else if (open !== undefined && tag.name === "skipped") {
      open.outcome = "skipped";
    } else if (open !== undefined && (tag.name === "failure" || tag.name === "error")) {
      if (tag.closing) {
        if (textFrom >= 0) open.detail = unescape(xml.slice(textFrom, tag.start)).trim() || open.detail;
        textFrom = -1;
      } else {
        open.outcome = "failed";
        open.detail = tag.attributes.message ?? "";
        textFrom = tag.selfClosing ? -1 : tag.end;
      }
    }
  }
  return cases;
}

interface Tag {
  name: string;
  closing: boolean;
  selfClosing: boolean;
  attributes: Record<string, string>;
  start: number;
  end: number;
}

function* tags(xml: string): Generator<Tag> {
  let at = 0;
  while ((at = xml.indexOf("<", at)) >= 0) {
    const start = at;
    if (xml.startsWith("<![CDATA[", at)) {
      at = after(xml, "]]>", at);
      continue;
    }
    if (xml[at + 1] === "?" || xml[at + 1] === "!") {
      at = after(xml, ">", at);
      continue;
    }
    const closing = xml[at + 1] === "/";
    at += closing ? 2 : 1;
    const nameFrom = at;
    while (at < xml.length && !/[\s/>]/.test(xml[at]!)) at++;
    const name = xml.slice(nameFrom, at);
    const attributes: Record<string, string> = {};
    // An attribute value may hold ">" as it is, so the end of the tag is found attribute by attribute.
    while (at < xml.length && xml[at] !== ">") {
      if (/[\s/]/.test(xml[at]!)) {
        at++;
        continue;
      }
      const equals = xml.indexOf("=", at);
      const quote = equals < 0 ? "" : xml[equals + 1]!;
      const close = quote === "" ? -1 : xml.indexOf(quote, equals + 2);
      if (close < 0) throw new Error("the report breaks off inside a tag");
      attributes[xml.slice(at, equals)] = unescape(xml.slice(equals + 2, close));
      at = close + 1;
    }
    const selfClosing = xml[at - 1] === "/";
    at++;
    yield { name, closing, selfClosing, attributes, start, end: at };
  }
}

function after(xml: string, what: string, from: number): number {
  const found = xml.indexOf(what, from);
  if (found < 0) throw new Error("the report breaks off inside a tag");
  return found + what.length;
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(#x?[0-9a-fA-F]+|[a-z]+);/g, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
    const code = name[1] === "x" ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
