/** Circles of a graph. */

/** An edge from one file to another. */
export interface Edge {
  from: string;
  to: string;
}

/**
 * The groups of files that reach each other, each as one circle through it: the names in order, the first one again
 * at the end. Tarjan's algorithm, with a stack of its own so that a long chain does not overflow.
 */
export function circles(edges: readonly Edge[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (!next.has(from)) next.set(from, []);
    if (!next.has(to)) next.set(to, []);
    next.get(from)!.push(to);
  }
  return components(next).filter((group) => group.length > 1 || next.get(group[0]!)!.includes(group[0]!))
    .map((group) => walk(group, next));
}

function components(next: Map<string, string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open = new Set<string>();
  const stack: string[] = [];
  const found: string[][] = [];
  function enter(node: string): { node: string; rest: Iterator<string> } {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    open.add(node);
    return { node, rest: next.get(node)![Symbol.iterator]() };
  }
  function leave(node: string): void {
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    for (const each of group) open.delete(each);
    found.push(group.sort());
  }
  for (const start of [...next.keys()].sort()) {
    if (index.has(start)) continue;
    const path = [enter(start)];
    while (path.length > 0) {
      const { node, rest } = path.at(-1)!;
      const step = rest.next();
      if (step.done) {
        path.pop();
        leave(node);
        const parent = path.at(-1)?.node;
        if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      } else if (!index.has(step.value)) {
        path.push(enter(step.value));
      } else if (open.has(step.value)) {
        low.set(node, Math.min(low.get(node)!, index.get(step.value)!));
      }
    }
  }
  return found;
}

/** A shortest way from the first file of a group back to itself. */
function walk(group: string[], next: Map<string, string[]>): string[] {
  const start = group[0]!;
  const inside = new Set(group);
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const to of next.get(node)!) {
      if (to === start) {
        const way = [start];
        for (let at: string | undefined = node; at !== start; at = cameFrom.get(at!)) way.unshift(at!);
        return [start, ...way];
      }
      if (!inside.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, node);
      queue.push(to);
    }
  }
  throw new Error(`no circle through ${start}`);
}
