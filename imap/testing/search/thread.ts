/** The threads of THREAD: ORDEREDSUBJECT and REFERENCES (RFC 5256 3). */

import type { Thread } from "../../codec/_gen/types.ts";
import { messageIds } from "../content/message_ids.ts";
import type { StoredMessage } from "../store/message.ts";
import { Sortable } from "./sort.ts";

/** Branches inside branches in an answer; what is deeper follows in one line, as a chain of answers. */
const DEEPEST = 40;

/** A place in the tree: a message, or one that others name and that is not there. */
interface Container {
  entry: Sortable | undefined;
  parent: Container | undefined;
  children: Container[];
}

/** Threads by base subject, each ordered by date; all later messages answer the first. */
export function threadsBySubject(
  messages: readonly StoredMessage[],
  numberOf: (message: StoredMessage) => number,
): Thread[] {
  const bySubject = new Map<string, Sortable[]>();
  const sorted = messages.map((message) => new Sortable(message)).sort(bySent);
  for (const entry of sorted) {
    const subject = entry.value("SUBJECT") as string;
    const thread = bySubject.get(subject);
    if (thread === undefined) bySubject.set(subject, [entry]);
    else thread.push(entry);
  }
  // A map keeps the order of its first entries, which is that of the first messages.
  return [...bySubject.values()].map(([first, ...rest]) => {
    const parent: Container = { entry: first, parent: undefined, children: [] };
    parent.children = rest.map((entry) => ({ entry, parent, children: [] }));
    return written(parent, numberOf);
  });
}

/** Threads by what messages answer, then by subject (the steps 1 to 6 of RFC 5256). */
export function threadsByReferences(
  messages: readonly StoredMessage[],
  numberOf: (message: StoredMessage) => number,
): Thread[] {
  const all = linked(messages);
  const roots = pruned(all.filter(({ parent }) => parent === undefined));
  // Step 4: a place without a message has date and subject of its first child.
  for (const { entry, children } of roots) if (entry === undefined) children.sort(byFirstSent);
  const grouped = groupedBySubject(roots.sort(byFirstSent));
  for (const each of everyOne(grouped)) each.children.sort(byFirstSent);
  return grouped.sort(byFirstSent).map((root) => written(root, numberOf));
}

/** Step 1: a container for each message and each id that is named, linked as the references say. */
function linked(messages: readonly StoredMessage[]): Container[] {
  const byId = new Map<string, Container>();
  const all: Container[] = [];
  const add = (entry: Sortable | undefined): Container => {
    const container = { entry, parent: undefined, children: [] };
    all.push(container);
    return container;
  };
  for (const message of messages) {
    const { own, references } = messageIds(message.bytes);
    const entry = new Sortable(message);
    const known = own === undefined ? undefined : byId.get(own);
    let container = known;
    // A second message with an id that another has already gets a place of its own.
    if (container === undefined || container.entry !== undefined) {
      container = add(entry);
      if (own !== undefined && known === undefined) byId.set(own, container);
    } else {
      container.entry = entry;
    }
    let last: Container | undefined;
    for (const id of references) {
      let named = byId.get(id);
      if (named === undefined) byId.set(id, named = add(undefined));
      // Links that are there stay, and none may make a loop.
      if (last !== undefined && named.parent === undefined && !isAbove(named, last)) link(last, named);
      last = named;
    }
    // Also where the last reference cannot be its parent, such as the message itself: what came from other references was a guess.
    unlink(container);
    if (last !== undefined && !isAbove(container, last)) link(last, container);
  }
  return all;
}

function link(parent: Container, child: Container): void {
  child.parent = parent;
  parent.children.push(child);
}

function unlink(child: Container): void {
  const { parent } = child;
  if (parent !== undefined) parent.children.splice(parent.children.indexOf(child), 1);
  child.parent = undefined;
}

/** Whether a container is the other one or above it. */
function isAbove(container: Container, other: Container): boolean {
  for (let each: Container | undefined = other; each !== undefined; each = each.parent) {
    if (each === container) return true;
  }
  return false;
}

/** Step 3: takes out places without a message; their children move up, but not to the root unless there is only one. */
function pruned(roots: Container[]): Container[] {
  for (const each of everyOne(roots).reverse()) {
    each.children = each.children.flatMap((child) => child.entry === undefined ? child.children : [child]);
    for (const child of each.children) child.parent = each;
  }
  const kept = roots.flatMap((root) => {
    if (root.entry !== undefined || root.children.length > 1) return [root];
    return root.children;
  });
  for (const root of kept) root.parent = undefined;
  return kept;
}

/** Step 5: threads with one subject become one. */
function groupedBySubject(roots: readonly Container[]): Container[] {
  const bySubject = new Map<string, Container>();
  for (const root of roots) {
    const subject = subjectOf(root);
    if (subject === "") continue;
    const known = bySubject.get(subject);
    const better = known === undefined || known.entry !== undefined && root.entry === undefined ||
      isReply(known) && !isReply(root);
    if (better) bySubject.set(subject, root);
  }
  const chosen = new Set(bySubject.values());
  const others: Container[] = [];
  for (const root of roots) {
    if (chosen.has(root)) continue;
    const subject = subjectOf(root);
    const head = bySubject.get(subject);
    if (head === undefined) {
      others.push(root);
    } else if (head.entry === undefined) {
      // Both without a message: their children become siblings. Otherwise the message goes below.
      for (const child of root.entry === undefined ? [...root.children] : [root]) link(head, child);
    } else if (isReply(root) && !isReply(head)) {
      link(head, root);
    } else {
      // Neither answers the other: both go below a place without a message.
      const place: Container = { entry: undefined, parent: undefined, children: [] };
      link(place, head);
      link(place, root);
      bySubject.set(subject, place);
    }
  }
  return [...others, ...bySubject.values()];
}

function firstEntry(container: Container): Sortable {
  let each = container;
  while (each.entry === undefined) each = each.children[0]!;
  return each.entry;
}

function subjectOf(container: Container): string {
  return firstEntry(container).value("SUBJECT") as string;
}

function isReply(container: Container): boolean {
  return container.entry !== undefined && container.entry.subject.isReply;
}

function byFirstSent(a: Container, b: Container): number {
  return bySent(firstEntry(a), firstEntry(b));
}

function bySent(a: Sortable, b: Sortable): number {
  return a.sent - b.sent || a.message.uid - b.message.uid;
}

/** All containers below the roots, a parent before its children. */
function everyOne(roots: readonly Container[]): Container[] {
  const all = [...roots];
  for (const one of all) for (const child of one.children) all.push(child);
  return all;
}

/** The tree as THREAD writes it: a chain of single answers is one list. */
function written(root: Container, numberOf: (message: StoredMessage) => number, depth = 0): Thread {
  const numbers: number[] = [];
  let each = root;
  for (;;) {
    if (each.entry !== undefined) numbers.push(numberOf(each.entry.message));
    const [only, ...others] = each.children;
    if (only === undefined || others.length > 0) break;
    each = only;
  }
  if (depth < DEEPEST) {
    return { numbers, children: each.children.map((child) => written(child, numberOf, depth + 1)) };
  }
  for (const { entry } of everyOne(each.children)) {
    if (entry !== undefined) numbers.push(numberOf(entry.message));
  }
  return { numbers, children: [] };
}
