/** @file What `atelier doctor` says of the Hugging Face Hub's settings and of the proxies on the way. */

import { connect } from "node:net";
import {
  describeProxy,
  listProxies,
  listStoredTokens,
  listUnheeded,
  type ProxyServer,
  readHubEnvironment,
} from "@atelier/diffusion/node";
import { messageOf } from "@atelier/engine";
import type { CliContext } from "./cli-context.js";
import type { Finding } from "./doctor-findings.js";
import { errorWords } from "./error-words.js";

const proxyTimeoutMs = 5000;

/** What is read of a command's surroundings. */
interface Surroundings {
  readonly text: Pick<CliContext["text"], "doctor" | "errors">;
  readonly io: Pick<CliContext["io"], "env">;
}

/** The hub's address and token, and the proxies, each asked whether it is there; nothing leaves for the hub itself. */
export async function findHub(surroundings: Surroundings): Promise<Finding[]> {
  const {
    io,
    text: { doctor: text },
  } = surroundings;
  const findings: Finding[] = [];
  const hub = { id: "hub", label: text.labels.hub };
  try {
    const environment = readHubEnvironment(io.env);
    const { endpoint, isOffline, tokenSource } = environment;
    const stored = listStoredTokens(environment);
    const token = text.token(tokenSource, stored);
    findings.push({ ...hub, status: "ok", message: text.hub(endpoint, token, isOffline) });
  } catch (error) {
    findings.push({ ...hub, status: "problem", message: errorWords(error, surroundings.text) });
  }
  const ignored = listUnheeded(io.env);
  if (ignored.length > 0) {
    findings.push({
      id: "hub.unheeded",
      label: hub.label,
      status: "absent",
      message: text.unheeded(ignored),
    });
  }
  return [...findings, ...(await findProxies(surroundings))];
}

async function findProxies(surroundings: Surroundings): Promise<Finding[]> {
  const {
    io: { env },
    text: { doctor: text },
  } = surroundings;
  const finding = { id: "proxy", label: text.labels.proxy };
  const excepted = env["no_proxy"] ?? env["NO_PROXY"] ?? "";
  try {
    return await Promise.all(
      listProxies(env).map(async (proxy): Promise<Finding> => {
        const problem = await tryConnection(proxy, text.noAnswer(proxyTimeoutMs / 1000));
        const shown = text.proxy(describeProxy(proxy), excepted);
        if (problem === undefined) return { ...finding, status: "ok", message: shown };
        const message = text.proxyFails(shown, problem);
        return { ...finding, status: "problem", message, advice: text.fixProxy(proxy.variable) };
      }),
    );
  } catch (error) {
    return [{ ...finding, status: "problem", message: errorWords(error, surroundings.text) }];
  }
}

/** What stands in the way of a connection to a proxy, if anything does. @param noAnswer where it is silent */
function tryConnection({ url }: ProxyServer, noAnswer: string): Promise<string | undefined> {
  const usual = url.protocol === "https:" ? 443 : 80;
  const port = url.port === "" ? usual : Number(url.port);
  return new Promise((resolve) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const socket = connect({ host, port, timeout: proxyTimeoutMs });
    const end = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => end());
    socket.once("timeout", () => end(noAnswer));
    socket.once("error", (error) => end(messageOf(error)));
  });
}
