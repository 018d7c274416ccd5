/**
 * The syntax tree of the grammar notation, as `parse_grammar` reads it: names are not resolved, sets of
 * bytes are not computed. Plain data; the passes turn it into the intermediate representation of `ir.ts`.
 */
import type { BuiltinName, Constant, Mark, Origin, Quirk } from "../model/ir.ts";

/** One element of the notation. */
export type Node =
  /** `"FETCH"`, `%i"x"` (compared without regard to case) or `%s"x"` (`exact`). */
  | { kind: "text"; text: string; exact: boolean; origin: Origin }
  /** `%x30-39`. */
  | { kind: "range"; from: number; to: number; origin: Origin }
  /** `%x0D.0A`. */
  | { kind: "octets"; bytes: number[]; origin: Origin }
  | { kind: "name"; name: string; origin: Origin }
  | { kind: "builtin"; name: BuiltinName; origin: Origin }
  | { kind: "sequence"; items: Node[] }
  | { kind: "group"; branches: AstBranch[]; origin: Origin }
  | { kind: "option"; item: Node; origin: Origin }
  | { kind: "repeat"; min: number; max: number | null; item: Node; origin: Origin }
  | {
    kind: "capture";
    label: string;
    append: boolean;
    secret: boolean;
    like?: string | undefined;
    item: Node;
    origin: Origin;
  }
  /** `+~quirk(item)` and `(item)-~quirk`. */
  | { kind: "extra" | "absent"; quirk: string; item: Node; origin: Origin }
  /** `&item`. */
  | { kind: "look"; item: Node; origin: Origin }
  /** `left - right`, of byte sets. */
  | { kind: "difference"; left: Node; right: Node; origin: Origin };

/** One alternative. */
export interface AstBranch {
  item: Node;
  constant?: { value: Constant };
  guard?: { label: string; values: string[] }[];
  open: boolean;
  /** `!!!`: what is left when nothing else can be read. */
  damage: boolean;
  quirk?: string;
  /** `@selected`, `@unasked`: what the alternative is about. */
  marks: Mark[];
  origin: Origin;
  /** Comments on fields above the definition that it is in: in two alternatives one label may mean two things. */
  fieldDocs?: Record<string, string>;
  /** RFC numbers and capability of the header above it. */
  rfc: string[];
  capability?: string;
  /** Capabilities, one of which brings it, where that is not `capability`: from `@needs`, here or in the header. */
  needs?: string[] | undefined;
  /** `@needs` is in the alternative itself. */
  ownNeeds?: true;
  /** `@answer(x)`: where the answer to what the alternative asks for is. */
  answer?: string | undefined;
}

/** Whether a branch is what it holds and nothing more: then a choice of it alone is not a choice. */
export function isPlain({ open, damage, guard, constant, quirk, ownNeeds, answer }: AstBranch): boolean {
  return !open && !damage && guard === undefined && constant === undefined && quirk === undefined &&
    ownNeeds === undefined && answer === undefined;
}

/** A type as written after the rule's name. */
export interface AstType {
  name: string;
  /** Suffixes in order: `"[]"` and `"?"`. */
  suffixes: ("[]" | "?")[];
}

/** One `name = ...` or `name =/ ...`. */
export interface Definition {
  name: string;
  type: AstType | null;
  /** Written with `=/`. */
  extends: boolean;
  branches: AstBranch[];
  token: boolean;
  upper: boolean;
  hook: boolean;
  secret: boolean;
  tag?: string;
  /** `@asks(rule)`: the rule whose alternatives answer those of this one. */
  asks?: string;
  /** `@word(x)`: the byte class of keywords, or `astring` where a keyword may be quoted. */
  word?: string;
  /** `@max(n)`: greatest value of a number token. */
  max?: number;
  /** As written, without comments. */
  text: string;
  doc: string;
  /** `; label: text` comments. */
  fieldDocs: Record<string, string>;
  rfc: string[];
  capability?: string;
  needs?: string[] | undefined;
  origin: Origin;
}

/** One grammar file. */
export interface AstFile {
  name: string;
  definitions: Definition[];
  quirks: Quirk[];
  /** The first definition without an `@rfc` above it. */
  unsourced?: Definition;
}

/** A rule after `=/` was merged into it. */
export interface AstRule extends Omit<Definition, "extends"> {
  /** Every definition it was merged from, in order. */
  origins: Origin[];
}

/** The direct children of an element. */
export function children(node: Node): Node[] {
  switch (node.kind) {
    case "sequence":
      return node.items;
    case "group":
      return node.branches.map((branch) => branch.item);
    case "option":
    case "repeat":
    case "capture":
    case "extra":
    case "absent":
    case "look":
      return [node.item];
    case "difference":
      return [node.left, node.right];
    default:
      return [];
  }
}

/** Calls `visit` for the element and everything inside it, outside first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of children(node)) walk(child, visit);
}
