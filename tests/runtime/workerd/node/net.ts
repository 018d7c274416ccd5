/**
 * `node:net` for the tests in workerd, which cannot listen. A relay in the test runner (tests/tools/relay.ts) listens in its place;
 * each connection that it accepts is one that the worker takes over by connecting to the relay. What is tested is the other end.
 */

// @ts-ignore -- a module of workerd
import { connect as connectSocket } from "cloudflare:sockets";
import { TextLineStream } from "@std/streams";
// @ts-ignore -- made by tests/tools/workerd_suite.ts
import { relayPort } from "relay_port";
import type { WorkerSocket } from "../../../../imap/transport/cloudflare.ts";
import { Emitter } from "./events.ts";

const encoder = new TextEncoder();
const open = (port: number, hostname = "127.0.0.1"): WorkerSocket =>
  connectSocket({ hostname, port }, { secureTransport: "off", allowHalfOpen: true });

/** Certificate, key and protocols of a server inside TLS. */
export interface Identity {
  cert?: string;
  key?: string;
  ALPNProtocols?: string[];
}

/** A line of JSON each way: what is asked of the relay, and what it tells. */
export interface RelayMessage {
  listen?: Identity | true;
  take?: number;
  destroy?: number;
  starttls?: { id: number; consumed: number; identity: Identity };
  port?: number;
  accepted?: { id: number; servername?: string; alpnProtocol?: string | false };
  upgraded?: { id: number; as: number };
}

export class Socket extends Emitter {
  id = 0;
  servername: string | undefined;
  alpnProtocol: string | false | undefined;
  destroyed = false;
  /** How much was given to listeners; what came after that is the relay's to give again, inside TLS. */
  consumed = 0;
  control: Control | undefined;
  #socket: WorkerSocket | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #waiting: Uint8Array[] = [];
  #ended = false;
  #tail: Promise<unknown> = Promise.resolve();
  #paused = false;
  #resumed: (() => void) | undefined;

  /** Takes a connection over: what was written before goes first. */
  attach(socket: WorkerSocket, hello?: RelayMessage): this {
    this.#socket = socket;
    this.#writer = socket.writable.getWriter();
    this.#reader = socket.readable.getReader();
    for (const quiet of [socket.closed, this.#writer.closed, this.#reader.closed]) quiet.catch(() => {});
    if (hello !== undefined) void this.#send(encoder.encode(JSON.stringify(hello) + "\n"));
    for (const bytes of this.#waiting.splice(0)) void this.#send(bytes);
    if (this.#ended) this.end();
    void this.#pump();
    return this;
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        if (this.#paused) await new Promise<void>((resolve) => this.#resumed = resolve);
        const { done, value } = await this.#reader!.read();
        if (done || this.destroyed) break;
        if (this.listenerCount("data") === 0) continue;
        this.consumed += value.length;
        // As text, as Node's buffers are when they are added to a string.
        this.emit("data", Object.assign(value, { toString: () => new TextDecoder().decode(value) }));
      }
      this.emit("end");
    } catch (error) {
      if (!this.destroyed) this.emit("error", error);
    }
    this.emit("close");
  }

  #send(bytes: Uint8Array): Promise<unknown> {
    return this.#tail = this.#tail.then(() => this.#writer!.write(bytes.slice())).catch((error) => {
      if (!this.destroyed) this.emit("error", error);
    });
  }

  write(data: Uint8Array | string, done?: () => void): boolean {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    if (this.#writer === undefined) this.#waiting.push(bytes);
    else {
      void this.#send(bytes).then(() => {
        done?.();
        this.emit("drain");
      });
    }
    // One write at a time, so that a sender waits for the one that reads.
    return false;
  }

  end(data?: Uint8Array | string): this {
    if (data !== undefined) this.write(data);
    this.#ended = true;
    if (this.#writer !== undefined) void this.#tail.then(() => this.#writer!.close()).catch(() => {});
    return this;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#resumed?.();
  }

  pipe(target: Socket): Socket {
    this.on("data", (chunk: Uint8Array) => target.write(chunk));
    this.on("end", () => target.end());
    return target;
  }

  /** Leaves the connection to its successor inside TLS. */
  release(): void {
    this.destroyed = true;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#reader?.cancel().catch(() => {});
    this.#writer?.abort().catch(() => {});
    this.#socket?.close().catch(() => {});
    this.control?.send({ destroy: this.id });
  }
}

/** The line to the relay: one for each server. */
export class Control {
  readonly #socket = open(relayPort);
  readonly #writer = this.#socket.writable.getWriter();
  #tail: Promise<unknown> = Promise.resolve();
  readonly ended: Promise<void>;

  constructor(onMessage: (message: RelayMessage) => void) {
    this.ended = this.#listen(onMessage);
  }

  send(message: RelayMessage): void {
    const line = encoder.encode(JSON.stringify(message) + "\n");
    this.#tail = this.#tail.then(() => this.#writer.write(line)).catch(() => {});
  }

  close(): void {
    void this.#tail.then(() => this.#writer.close()).catch(() => {});
  }

  async #listen(onMessage: (message: RelayMessage) => void): Promise<void> {
    const text = this.#socket.readable.pipeThrough(new TextDecoderStream());
    const lines: ReadableStream<string> = text.pipeThrough(new TextLineStream());
    try {
      for await (const line of lines) onMessage(JSON.parse(line));
    } catch {
      // The relay has closed it.
    }
  }
}

export class Server extends Emitter {
  readonly identity: Identity | undefined;
  #control: Control | undefined;
  #port = 0;

  constructor(identity: Identity | undefined, onSocket?: (socket: Socket) => void) {
    super();
    this.identity = identity;
    if (onSocket !== undefined) this.on("accepted", onSocket);
  }

  listen(_port: number, _host: string, done: () => void): this {
    const control = this.#control = new Control((message) => {
      if (message.port !== undefined) {
        this.#port = message.port;
        done();
      } else if (message.accepted !== undefined) {
        this.#accept(message.accepted);
      } else if (message.upgraded !== undefined) {
        this.emit(`upgraded ${message.upgraded.id}`, message.upgraded.as);
      }
    });
    control.send({ listen: this.identity ?? true });
    return this;
  }

  #accept(told: NonNullable<RelayMessage["accepted"]>): void {
    const socket = Object.assign(new Socket(), told);
    socket.control = this.#control;
    servers.set(socket, this);
    this.emit("connection", socket);
    this.emit("accepted", socket);
    socket.attach(open(relayPort), { take: told.id });
  }

  address(): { port: number } {
    return { port: this.#port };
  }

  close(done?: () => void): this {
    const control = this.#control;
    control?.close();
    void control?.ended.then(() => done?.());
    if (control === undefined) done?.();
    return this;
  }
}

/** Which server a socket came from, for the one that goes on inside TLS. */
export const servers = new WeakMap<Socket, Server>();

export function createServer(onSocket?: (socket: Socket) => void): Server {
  return new Server(undefined, onSocket);
}

export function connect(port: number, host: string): Socket {
  return new Socket().attach(open(port, host));
}

/** Takes an upgraded connection over. */
export function take(socket: Socket, id: number): void {
  socket.id = id;
  socket.attach(open(relayPort), { take: id });
}
