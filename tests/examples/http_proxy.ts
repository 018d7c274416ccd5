/** Connecting through a proxy that knows HTTP CONNECT (RFC 9110 9.3.6). It works in every runtime that Postern has sockets for. */

import { ConnectionError, type Dial, dial, type Transport } from "@postern/postern/imap";

/** A proxy, and what it wants to hear. */
export interface HttpProxy {
  hostname: string;
  port: number;
  /** For Basic authentication (RFC 7617). */
  user?: string;
  pass?: string;
}

/**
 * Makes a `dial` for `connect` of a proxy: `connect({ host, auth, dial: throughHttpProxy({ hostname: "proxy.example", port: 3128 }) })`.
 * TLS goes through the proxy to the server, so the proxy sees neither mail nor password.
 */
export function throughHttpProxy({ hostname, port, user, pass }: HttpProxy): Dial {
  return async (target) => {
    const transport = await dial({ hostname, port, signal: target.signal });
    const close = () => void transport.close();
    target.signal?.addEventListener("abort", close, { once: true });
    try {
      const authority = `${
        target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname
      }:${target.port}`;
      const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
      if (user !== undefined) lines.push(`Proxy-Authorization: Basic ${btoa(`${user}:${pass ?? ""}`)}`);
      await transport.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
      const status = (await head(transport)).split("\r\n", 1)[0]!;
      if (!/^HTTP\/1\.[01] 2\d\d\b/.test(status)) throw new ConnectionError(`The proxy refuses: ${status}`);
      if (target.tls === undefined) return transport;
      return await transport.startTls!(target.tls, target.signal);
    } catch (error) {
      close();
      throw error;
    } finally {
      target.signal?.removeEventListener("abort", close);
    }
  };
}

/** The head of the proxy's answer. Octet by octet: what follows it is of the server. */
async function head(transport: Transport): Promise<string> {
  const octet = new Uint8Array(1);
  let text = "";
  while (!text.endsWith("\r\n\r\n")) {
    if (text.length > 8_192) throw new ConnectionError("The proxy's answer has no end");
    if (await transport.read(octet) === null) throw new ConnectionError("The proxy closed the connection");
    text += String.fromCharCode(octet[0]!);
  }
  return text;
}
